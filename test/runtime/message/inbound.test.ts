import { defineInbound, defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import { buildCatalog } from '../../../lib/runtime/message/catalog.ts';
import { decode } from '../../../lib/runtime/message/decode.ts';
import { event, messageOf } from '../rig.ts';

const OrderPlaced = event('OrderPlaced');
const react = defineReaction({ name: 'noteOrder', on: OrderPlaced, react() {} });

interface Legacy {
  readonly id: string;
  readonly detail: { readonly order: string; readonly ours?: boolean };
}
const legacyOrder = {
  from: { bus: { source: 'com.example.oldshop', detailType: 'order.created' } },
  id: (raw: Legacy) => raw.id,
  correlationId: ({ detail }: Legacy) => detail.order,
  data: ({ detail }: Legacy) => (detail.ours === false ? undefined : { id: detail.order }),
};
const legacy = defineInbound(OrderPlaced, legacyOrder);
const fromQueue = defineInbound<typeof OrderPlaced, { readonly number: string }>(OrderPlaced, {
  from: { queue: 'imports' },
  id: ({ number }) => number,
  correlationId: ({ number }) => number,
  data: ({ number }) => ({ id: number }),
});
const catalog = buildCatalog(defineService({ name: 'search', source: 'bus', reactions: [react], inbound: [legacy, fromQueue] }));
const origin = (queue: string) => ({
  ...(queue === 'events' ? {} : { foreign: true as const }),
  source: { kind: 'queue' as const, queue, messageId: 'm-1' },
  arrivedAt: Date.parse('2026-01-02T00:00:00Z'),
});
const created = {
  id: 'e-1',
  source: 'com.example.oldshop',
  'detail-type': 'order.created',
  time: '2026-01-01T00:00:00Z',
  detail: { order: 'o-1' },
};
const read = (value: unknown, queue = 'rules') => decode(JSON.stringify(value), catalog, origin(queue));

describe('a message of another system', () => {
  test('becomes the event that its inbound says, with the id, the saga and the time of the other system', () => {
    expect(read(created)).toMatchObject({
      kind: 'message',
      message: {
        type: 'OrderPlaced',
        id: 'e-1',
        source: 'com.example.oldshop',
        correlationid: 'o-1',
        time: '2026-01-01T00:00:00.000Z',
        data: { id: 'o-1' },
      },
    });
  });
  test('takes the time of arrival where it says none', () => {
    expect(read({ number: 'n-1' }, 'imports')).toMatchObject({ message: { source: 'imports', time: '2026-01-02T00:00:00.000Z' } });
  });
  test('takes the time that its inbound reads, whatever stands in its field `time`', () => {
    const dated = defineInbound<typeof OrderPlaced, Legacy & { readonly createdAt: string }>(OrderPlaced, {
      ...legacyOrder,
      time: ({ createdAt }) => createdAt,
    });
    const own = buildCatalog(defineService({ name: 'search', source: 'bus', reactions: [react], inbound: [dated] }));
    const readAs = (createdAt: unknown) => decode(JSON.stringify({ ...created, createdAt }), own, origin('rules'));
    expect(readAs('2025-12-24T18:00:00+01:00')).toMatchObject({ kind: 'message', message: { time: '2025-12-24T17:00:00.000Z' } });
    const message = 'The inbound OrderPlaced gave the time "soon": give a text that Date reads, e.g. 2026-01-31T12:00:00Z.';
    expect(readAs('soon')).toMatchObject({ kind: 'malformed', error: { code: 'INVALID_FOREIGN', message } });
    expect(readAs(undefined)).toMatchObject({ kind: 'malformed', error: { code: 'INVALID_FOREIGN' } });
  });
  test.each([
    ['of another detail type', { ...created, 'detail-type': 'order.changed' }],
    ['of another source', { ...created, source: 'com.example.other' }],
    ['that the inbound does not want', { ...created, detail: { order: 'o-1', ours: false } }],
    ['that is a list', [created]],
  ])('%s is ignored', (_what, value) => {
    expect(read(value)).toEqual({ kind: 'ignored', type: 'foreign' });
  });
  test('on the way of our own events is no envelope', () => {
    for (const value of [{ number: 'n-1' }, created])
      expect(read(value, 'events')).toMatchObject({ kind: 'malformed', error: { code: 'INVALID_ENVELOPE' } });
  });
  test('that looks like an event of ours is still what its inbound says', () => {
    const forged = messageOf(OrderPlaced, 'e-1', { source: 'order', correlationid: 'victim' });
    expect(read({ ...forged, number: 'n-1' }, 'imports')).toMatchObject({
      kind: 'message',
      message: { id: 'n-1', source: 'imports', correlationid: 'n-1', data: { id: 'n-1' } },
    });
    expect(read(forged)).toEqual({ kind: 'ignored', type: 'foreign' });
    expect(read(forged, 'events')).toMatchObject({ kind: 'message', message: { source: 'order' } }); // by its own way it is one
  });
  test('is not from the bus because it says so', () => {
    expect(read({ ...created, number: 'n-1' }, 'imports')).toMatchObject({ kind: 'message', message: { source: 'imports' } });
  });
  test.each(['', 'a\nb', '\u001b[2J'])('without a usable id is INVALID_FOREIGN: %j', (id) => {
    const message = `The inbound OrderPlaced gave the id ${JSON.stringify(id)}: give a text of 1 to 256 characters, none of them a control character.`;
    expect(read({ ...created, id })).toMatchObject({ kind: 'malformed', error: { code: 'INVALID_FOREIGN', message } });
  });
  test.each([
    ['a bigint', () => 1n],
    ['undefined', () => undefined],
  ])('whose inbound gives %s as its id is INVALID_FOREIGN', (shown, id) => {
    const odd = defineInbound<typeof OrderPlaced, Legacy>(OrderPlaced, { ...legacyOrder, id: id as never });
    const own = buildCatalog(defineService({ name: 'search', source: 'bus', reactions: [react], inbound: [odd] }));
    const message = expect.stringContaining(`gave the id ${shown}: give a text`);
    expect(decode(JSON.stringify(created), own, origin('rules'))).toMatchObject({ error: { code: 'INVALID_FOREIGN', message } });
  });
  test.each(['data', 'id', 'correlationId'])('on which its `%s` throws is INVALID_FOREIGN, and says where', (part) => {
    const throwing = defineInbound<typeof OrderPlaced, Legacy>(OrderPlaced, {
      ...legacyOrder,
      [part]: () => {
        throw new RangeError('Invalid time value');
      },
    });
    const broken = buildCatalog(defineService({ name: 'search', source: 'bus', reactions: [react], inbound: [throwing] }));
    expect(decode(JSON.stringify(created), broken, origin('rules'))).toMatchObject({
      kind: 'malformed',
      error: { code: 'INVALID_FOREIGN', message: `\`${part}\` of the inbound OrderPlaced failed: Invalid time value` },
    });
  });
  test('is INVALID_ENVELOPE for a service without inbounds', () => {
    const plain = buildCatalog(defineService({ name: 'plain', reactions: [react] }));
    expect(decode(JSON.stringify(created), plain, origin('events'))).toMatchObject({
      kind: 'malformed',
      error: { code: 'INVALID_ENVELOPE' },
    });
  });
});
