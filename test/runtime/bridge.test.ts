import { expect, test } from 'vitest';
import type { Envelope } from '../../lib/contract/envelope.ts';
import { ChoreographyError } from '../../lib/contract/errors.ts';
import { createBridge } from '../../lib/runtime/bridge.ts';
import type { Delivery } from '../../lib/runtime/ports/delivery.ts';
import type { PublishOutcome } from '../../lib/runtime/ports/publisher.ts';
import { noTelemetry } from '../../lib/runtime/ports/telemetry.ts';

const done = { status: 'done' };

function envelopeOf(id: string, type = 'OrderPlaced'): Envelope {
  return {
    ...{ specversion: '1.0', id, source: 'order', type, subject: '', time: '2026-01-01T00:00:00Z', datacontenttype: 'application/json' },
    ...{
      dataschema: 'https://example.com/schemas/OrderPlaced/1',
      data: {},
      correlationid: 's',
      causationid: id,
      partitionkey: 's',
      hops: 0,
    },
  } as Envelope;
}

function deliveryOf(content: Envelope | string): Delivery {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  return { body, source: { kind: 'stream', stream: 'events', shard: 's', sequenceNumber: '1' }, arrivedAt: 0 };
}

/** A bridge whose bus answers each call with `answers`, in order, then with success. */
function world(
  answers: readonly (PublishOutcome['status'] | 'throw')[][] = [],
  types: ReadonlySet<string> | '*' = new Set(['OrderPlaced']),
) {
  const calls: string[][] = [];
  const malformed: string[] = [];
  const waits: number[] = [];
  const bridge = createBridge({
    types,
    telemetry: noTelemetry,
    clock: {
      now: () => 0,
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
      },
    },
    bus: {
      async publish(events) {
        const answer = answers[calls.length] ?? [];
        calls.push(events.map(({ id }) => id));
        if (answer.includes('throw')) throw new ChoreographyError('PUBLISH_UNAVAILABLE', 'down', { retryable: true });
        return events.map((_, index): PublishOutcome => {
          const status = answer[index] ?? 'published';
          if (status === 'refused') return { status, code: 'MESSAGE_TOO_LARGE', message: 'too large' };
          return status === 'retry' ? { status, reason: 'throttled' } : { status: 'published' };
        });
      },
    },
    onMalformed: async ({ body }, { code }) => void malformed.push(`${code} ${body.slice(0, 10)}`),
  });
  const consume = (contents: readonly (Envelope | string)[], deadline = 60_000) => bridge.consume(contents.map(deliveryOf), { deadline });
  return { calls, malformed, waits, consume };
}

test('what nobody on the bus subscribes to is not forwarded, unless all is asked for', async () => {
  const events = [envelopeOf('a'), envelopeOf('b', 'OrderCompleted')];
  const some = world();
  expect(await some.consume(events)).toEqual([done, done]);
  expect(some.calls).toEqual([['a']]);
  const all = world([], '*');
  await all.consume(events);
  expect(all.calls).toEqual([['a', 'b']]);
});

test('ten entries go into one call', async () => {
  const { consume, calls } = world();
  await consume(Array.from({ length: 23 }, (_, index) => envelopeOf(`${index}`)));
  expect(calls.map(({ length }) => length)).toEqual([10, 10, 3]);
});

test('failed entries alone are sent again, and given back when it stays so', async () => {
  const { consume, calls, waits } = world([['published', 'retry', 'retry'], ['retry', 'published'], ['retry']]);
  const results = await consume([envelopeOf('a'), envelopeOf('b'), envelopeOf('c')]);
  expect(calls).toEqual([['a', 'b', 'c'], ['b', 'c'], ['b']]);
  expect(results).toEqual([done, { status: 'unfinished', reason: 'throttled' }, done]);
  expect(waits).toHaveLength(2);
});

test('a bus that does not answer took nothing, as far as anybody knows', async () => {
  const { consume, calls } = world([['throw']]);
  expect(await consume([envelopeOf('a')])).toEqual([done]);
  expect(calls).toEqual([['a'], ['a']]);
});

test('what is no envelope, or is refused for good, is parked and done with', async () => {
  const { consume, malformed } = world([['refused', 'published']]);
  const results = await consume(['not json', '{"specversion":"1.0"}', '[]', 'null', '['.repeat(100), envelopeOf('a'), envelopeOf('b')]);
  expect(results).toEqual(results.map(() => done));
  expect(malformed.map((line) => line.split(' ')[0])).toEqual([
    'INVALID_JSON',
    'INVALID_ENVELOPE',
    'INVALID_ENVELOPE',
    'INVALID_ENVELOPE',
    'TOO_DEEP',
    'MESSAGE_TOO_LARGE',
  ]);
});

test('nothing new is begun shortly before the deadline', async () => {
  const { consume, calls } = world();
  expect(await consume([envelopeOf('a')], 5_000)).toMatchObject([{ status: 'unfinished' }]);
  expect(calls).toEqual([]);
});
