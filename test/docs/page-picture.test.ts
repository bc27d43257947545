import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { STYLE } from '../../lib/page/style.ts';
import { leftBehind } from '../cli/operations/left-behind.ts';

const PICTURE = 'docs/saga-page.svg';

/** The rules of the style sheet that a picture by itself needs. */
function pictureStyle(): string {
  const [colours = ''] = /^[\s\S]*?\n\* \{/.exec(STYLE) ?? [];
  const rules = STYLE.split('\n').filter((rule) => rule.startsWith('svg '));
  return [colours.replace(/\n\* \{$/, ''), ...rules].join('\n').trim();
}

/** The sequence in a page, as a file. */
function standalone(html: string): string {
  const [svg = ''] = /<svg class="sequence"[\s\S]*?<\/svg>/.exec(html) ?? [];
  const attributes = `xmlns="http://www.w3.org/2000/svg" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"`;
  const paper = '<rect width="100%" height="100%" rx="8" fill="var(--paper)"/>';
  return `${svg.replace('<svg ', `<svg ${attributes} `).replace('>', `>\n<style>\n${pictureStyle()}\n</style>\n${paper}\n`)}\n`;
}

test('the picture in docs/page.md is what the page draws', async () => {
  const shop = await leftBehind({ orders: 1, fail: 'shipping' });
  const { out } = await shop.run(`saga show ${shop.stage.sagas[0]?.saga} --html`);
  const picture = standalone(out);
  if (process.env['UPDATE_EXPECTED']) await writeFile(PICTURE, picture);
  expect(picture).toContain('↩ undo chargePayment');
  expect(await readFile(PICTURE, 'utf8')).toBe(picture);
});
