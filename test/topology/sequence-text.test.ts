import { expect, test } from 'vitest';
import { sequenceText } from '../../lib/topology/mermaid/sequence-text.ts';

test('a sequence declares its lanes in the order in which the lines name them, and takes no name for a word of Mermaid', () => {
  const text = sequenceText([
    { from: 'web-shop', to: 'end', says: 'PlaceOrder' },
    { over: 'end', note: 'placeOrder' },
    { from: 'end', to: 'search', says: 'OrderPlaced', isExpected: true },
  ]);
  expect(text.split('\n')).toEqual([
    'sequenceDiagram',
    '  participant p_web_shop as web-shop',
    '  participant p_end as end',
    '  participant p_search as search',
    '  p_web_shop->>p_end: PlaceOrder',
    '  Note over p_end: placeOrder',
    '  p_end--)p_search: OrderPlaced',
    '',
  ]);
});

test('a text with signs of Mermaid stays one line, as it was meant', () => {
  expect(
    sequenceText([{ from: 'shop;1', to: 'shop;1', says: 'a #1\n  <b>' }])
      .split('\n')
      .slice(1),
  ).toEqual(['  participant p_shop_1 as shop#59;1', '  p_shop_1->>p_shop_1: a #35;1 #60;b#62;', '']);
});
