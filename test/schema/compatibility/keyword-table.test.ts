import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type ContentModel, checkCompatibility } from '../../../lib/schema/compatibility/check-compatibility.ts';
import { type KeywordChange, keywordChanges, renderKeywordTable } from './keyword-table.ts';

function rules({ before, after }: KeywordChange, mode: 'BACKWARD' | 'FORWARD', contentModel: ContentModel): string {
  const { differences } = checkCompatibility({ mode, proposed: after, existing: [before], contentModel });
  return [...new Set(differences.map(({ rule }) => rule))].sort().join(' ');
}

test.each(keywordChanges)('$keyword, $change: backward "$backward", forward "$forward"', (row) => {
  const { backward, forward } = row;
  const found = (model: ContentModel) => ({ backward: rules(row, 'BACKWARD', model), forward: rules(row, 'FORWARD', model) });
  expect(found('pragmatic')).toEqual({ backward, forward });
  expect(found('strict')).toEqual(row.strict ?? { backward, forward });
});

test('the page shows the table', async () => {
  expect(await readFile(new URL('../../../docs/schemas.md', import.meta.url), 'utf8')).toContain(renderKeywordTable());
});
