import { expect, test } from 'vitest';
import { parseSchemaUri, schemaUri } from '../../lib/schema/uri.ts';

test('the URI of a schema names message and version, and is read back', () => {
  expect(schemaUri('OrderPlaced', 2)).toBe('urn:aws-choreography:OrderPlaced:2');
  expect(parseSchemaUri('urn:aws-choreography:OrderPlaced:2')).toEqual({ type: 'OrderPlaced', version: 2 });
});

test.each([
  '',
  'urn:aws-choreography:OrderPlaced',
  'urn:aws-choreography:OrderPlaced:0',
  'urn:aws-choreography:OrderPlaced:02',
  'urn:aws-choreography:OrderPlaced:1.5',
  'urn:aws-choreography:orderPlaced:1',
  'urn:aws-choreography:OrderPlaced:1\n',
  'urn:aws-choreography:Order/Placed:1',
  'https://example.com/OrderPlaced/1',
  `urn:aws-choreography:A${'a'.repeat(64)}:1`,
  `urn:aws-choreography:OrderPlaced:${'1'.repeat(10)}`,
])('a URI that is not ours is not read: %j', (uri) => {
  expect(parseSchemaUri(uri)).toBeUndefined();
});

test.each([
  ['order placed', 1],
  ['OrderPlaced', 0],
  ['OrderPlaced', 1.5],
] as const)('no URI is written that could not be read back: %s %d', (type, version) => {
  expect(() => schemaUri(type, version)).toThrow(expect.objectContaining({ code: 'INVALID_SCHEMA_URI' }));
});
