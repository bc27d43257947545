import { describe, expect, test } from 'vitest';
import { contractText, type FieldRead, readContracts } from '../../../lib/schema/contracts/contract.ts';
import { directoryOf } from '../schema-directory.ts';

const head = { consumer: 'inventory', reaction: 'reserve', message: 'OrderPlaced', version: 2 };
const reads: readonly FieldRead[] = [
  { ...head, path: '/note', type: 'string' },
  { ...head, path: '/note', type: 'null' },
  { ...head, path: '/id', type: 'string' },
  { ...head, reaction: 'cancel', message: 'OrderLost', version: 1, path: '/id', type: 'string' },
];

const text = `{
  "service": "inventory",
  "reads": {
    "cancel": {
      "OrderLost": {
        "version": 1,
        "fields": {
          "/id": "string"
        }
      }
    },
    "reserve": {
      "OrderPlaced": {
        "version": 2,
        "fields": {
          "/id": "string",
          "/note": "null | string"
        }
      }
    }
  }
}
`;

describe('a contract', () => {
  test('is the same text in whatever order fields were read', () => {
    expect(contractText('inventory', reads)).toBe(text);
    expect(contractText('inventory', [...reads, ...reads].reverse())).toBe(text);
  });

  test('is read back as rows', async () => {
    const directory = await directoryOf({ 'inventory/contract.json': text, 'payment/service.ts': '' });
    const found = await readContracts(directory);
    expect(found).toHaveLength(reads.length);
    expect(found).toEqual(expect.arrayContaining([...reads]));
  });

  test('is nowhere without a directory', async () => {
    expect(await readContracts('/nowhere/at/all')).toEqual([]);
  });

  test.each([
    ['no JSON', '{'],
    ['no service', { reads: {} }],
    ['no version', { service: 'a', reads: { r: { M: { fields: {} } } } }],
    ['no fields', { service: 'a', reads: { r: { M: { version: 1 } } } }],
    ['an unknown type', { service: 'a', reads: { r: { M: { version: 1, fields: { '/a': 'string | integer' } } } } }],
  ])('with %s is an error', async (_, content) => {
    const directory = await directoryOf({ 'a/contract.json': content });
    await expect(readContracts(directory)).rejects.toMatchObject({ code: 'CONTRACT_UNREADABLE' });
  });
});
