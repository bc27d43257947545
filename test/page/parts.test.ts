import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { SagaLink } from '../../lib/page/parts.tsx';

test('a link to a saga has an address, also where half a character is in its id', () => {
  expect(renderToString(SagaLink({ id: 'a\ud800/b' }))).toContain('href="saga?id=a%EF%BF%BD%2Fb"');
});
