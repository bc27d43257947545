import { describe, expect, test } from 'vitest';
import { defineEntity } from '../../../lib/contract/entity.ts';
import { copyState, keyOf, readState, writeState } from '../../../lib/runtime/transaction/state-shape.ts';
import { refusal } from '../../contract/refusal.ts';

const Order = defineEntity<{ cents: number; currency: string }>('Order', {
  version: 3,
  upgrade: {
    1: ({ euros }: { euros: number }) => ({ cents: euros * 100 }),
    2: (order: { cents: number }) => Object.assign(order, { currency: 'EUR' }),
  },
  indexes: { currency: ({ currency }) => currency, big: ({ cents }) => (cents > 1_000 ? 'yes' : undefined) },
});
const stored = (state: unknown, shapeVersion: number) => ({ state, shapeVersion, version: 'v1', indexes: {} });

describe('stored state', () => {
  test.each([
    [1, { euros: 3 }],
    [2, { cents: 300 }],
    [3, { cents: 300, currency: 'EUR' }],
  ])('of shape %d is lifted one shape at a time', (shape, state) => {
    const record = stored(Object.freeze(state), shape);
    expect(readState(Order, 'o-1', record)).toEqual({ cents: 300, currency: 'EUR' });
    expect(record.state).toEqual(state);
  });
  test('of a newer shape is refused, and tried again until the newer deployment runs', () => {
    expect(() => readState(Order, 'o-1', stored({}, 4))).toThrow(
      expect.objectContaining({
        code: 'STATE_NEWER',
        retryable: true,
        message: 'Order o-1 is stored in the shape 4, and this deployment knows 3; it is tried again until the newer one runs.',
      }),
    );
  });
  test('is written in the current shape, under the id of its commit, with its indexes', () => {
    expect(writeState(Order, 'o-1', { cents: 300, currency: 'EUR' }, 'v2')).toEqual({
      state: { cents: 300, currency: 'EUR' },
      shapeVersion: 3,
      version: 'v2',
      indexes: { currency: 'EUR' },
    });
  });
  test('may have 350,000 bytes and no more', () => {
    expect(copyState('x'.repeat(349_998), 'It')).toHaveLength(349_998);
    expect(refusal(() => copyState('x'.repeat(349_999), 'The state of Order o-1'))).toBe(
      'STATE_TOO_LARGE: The state of Order o-1 has 350001 bytes, more than 350000; split it, or keep a reference to the content.',
    );
  });
  test('that is no JSON is refused with its place', () => {
    const write = () => writeState(Order, 'o-1', { cents: Number.NaN, currency: 'EUR' }, 'v');
    expect(refusal(write)).toBe('NOT_JSON: The state of Order o-1 at /cents is NaN, which JSON has no form for.');
  });
});

describe('an entity id', () => {
  test.each([
    ['', '""'],
    ['x'.repeat(257), `"${'x'.repeat(79)}`],
    [7, '7'],
    [undefined, 'undefined'],
  ])('%j is refused', (id, shown) => {
    expect(refusal(() => keyOf(Order, id as string))).toBe(`INVALID_ID: Order has the id ${shown}: give a text of 1 to 256 characters.`);
  });
  test('names the table of an entity that lives in one of the team', () => {
    const table = { name: 'legacy', key: (id: string) => ({ id }), versionAttribute: 'v' };
    expect(keyOf(defineEntity('Legacy', { table }), 'a')).toEqual({ entity: 'Legacy', id: 'a', table });
    expect(keyOf(Order, 'x'.repeat(256))).not.toHaveProperty('table');
  });
});
