import { describe, expect, test } from 'vitest';
import { ChoreographyError } from '../../lib/contract/errors.ts';
import { compileRegistered } from '../../lib/schema/compile-registered.ts';
import type { SchemaObject } from '../../lib/schema/schema-set.ts';

const base = {
  type: 'object',
  required: ['orderId'],
  properties: { orderId: { type: 'string', maxLength: 5 }, card: { type: 'string', maxLength: 4, 'x-sensitive': true } },
};
const compiled = (schema: SchemaObject) => compileRegistered({ type: 'OrderPlaced', version: 4, schema });

function refused(schema: SchemaObject): string {
  try {
    compiled(schema);
    return 'taken';
  } catch (error) {
    return error instanceof ChoreographyError ? `${error.code} ${error.message}` : String(error);
  }
}

describe('a schema from a registry', () => {
  test('is one of the runtime: it has its URI, and says what is wrong, without what is sensitive', () => {
    const schema = compiled(base);
    expect([schema.uri, schema.sensitive]).toEqual(['urn:aws-choreography:OrderPlaced:4', ['/card']]);
    expect(schema.validate({ orderId: 'o-1', card: '4711' })).toEqual([]);
    expect(schema.validate({ orderId: 'o-1000', card: '47110815' })).toEqual([
      { path: '/orderId', expected: 'at most 5 characters', received: '"o-1000"' },
      { path: '/card', expected: 'at most 4 characters', received: 'a string (hidden)' },
    ]);
  });

  test('that takes for ever is refused, as it is in a file', () => {
    expect(refused({ ...base, properties: { orderId: { type: 'string', maxLength: 200, pattern: '^(a+)+$' } } })).toMatch(
      /^SCHEMA_UNSAFE 1 problem in the schemas of the registry:\n- OrderPlaced\/4\.json#\/properties\/orderId\/pattern: the pattern \^\(a\+\)\+\$ may take too long/,
    );
  });

  test('that checks nothing, without anybody noticing, is refused', () => {
    expect(refused({ ...base, requierd: ['orderId'] })).toBe(
      'SCHEMA_UNSAFE 1 problem in the schemas of the registry:\n- OrderPlaced/4.json: unknown keyword "requierd": did you mean "required"?',
    );
  });

  test('that is none, or reaches outside, is refused', () => {
    expect(refused({ type: 'objekt' })).toMatch(/^INVALID_SCHEMA /);
    expect(refused({ $ref: 'https://example.com/order.json' })).toMatch(/^REMOTE_REF /);
  });
});
