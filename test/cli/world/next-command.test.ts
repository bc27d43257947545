import { expect, test } from 'vitest';
import { inSameWorld } from '../../../lib/cli/world/next-command.ts';
import { leftBehind } from '../operations/left-behind.ts';

test('what comes next names the world that the command named', async () => {
  const shop = await leftBehind({ leave: 'paused' });
  const pause = (...options: readonly string[]) => shop.run(['consumer', 'pause', 'payment', '--yes', '--reason', 'r', ...options]);
  expect((await pause()).out).toMatch(/next: choreo consumer resume payment\n$/);
  const { out } = await pause('--backbone', 'shop', '--endpoint-url', 'http://127.0.0.1:4566', '--color', 'always');
  expect(out).toContain('next: choreo consumer resume payment --backbone shop --endpoint-url http://127.0.0.1:4566');
  expect((await pause('--run', 'a shop.json')).out).toContain("payment --run 'a shop.json'\n");
});

test('a coloured line is still one command, and a command about no world is left alone', () => {
  const text = '\u001b[2mnext: choreo saga show x\u001b[22m\nnext: choreo schema lock\nsaid: choreo saga show x\n';
  expect(inSameWorld(text, { backbone: 'shop' })).toBe(
    '\u001b[2mnext: choreo saga show x --backbone shop\u001b[22m\nnext: choreo schema lock\nsaid: choreo saga show x\n',
  );
});
