import { describe, expect, test } from 'vitest';
import { ChoreographyError } from '../../lib/contract/errors.ts';
import { type BridgePorts, bridgePorts, createBridgeHandler, malformedDocument } from '../../lib/lambda/bridge.ts';
import type { Delivery } from '../../lib/runtime/ports/delivery.ts';
import { TEST_TIME } from '../../lib/testing/message.ts';
import { event, messageOf } from '../runtime/rig.ts';
import { context, kinesisEvent } from './bench.ts';

const placed = (id: string) => messageOf(event('OrderPlaced'), id);
const paid = (id: string) => messageOf(event('PaymentCharged'), id);
const down = () => Promise.reject(new Error('no answer'));

function createBench(changes: Partial<BridgePorts> = {}) {
  let now = Date.parse(TEST_TIME);
  const forwarded: string[] = [];
  const parked: string[] = [];
  const looks: (() => Promise<readonly string[]>)[] = [];
  const levels: string[] = [];
  const asked = { looks: 0, flushes: 0, starts: 0 };
  const ports: BridgePorts = {
    clock: {
      now: () => now,
      async sleep(milliseconds) {
        now += milliseconds;
      },
    },
    telemetry: {
      count() {},
      time() {},
      log: ({ level }) => void levels.push(level),
      flush() {
        asked.flushes += 1;
      },
    },
    bus: {
      async publish(events) {
        forwarded.push(...events.map(({ type, id }) => `${type} ${id}`));
        return events.map(() => ({ status: 'published' }));
      },
    },
    async subscriptions() {
      asked.looks += 1;
      return (await looks.shift()?.()) ?? ['OrderPlaced'];
    },
    onMalformed: async ({ source }, { code }) => void parked.push(`${code} ${source.kind === 'stream' ? source.sequenceNumber : ''}`),
    always: [],
    refreshSeconds: 60,
    ...changes,
  };
  const handler = createBridgeHandler(() => {
    asked.starts += 1;
    return ports;
  });
  const send = (...bodies: readonly (string | object)[]) => handler(kinesisEvent(...bodies), context());
  const later = (seconds: number) => {
    now += seconds * 1000;
  };
  return { handler, send, later, forwarded, parked, looks, levels, asked };
}

describe('the function behind the bus', () => {
  test('forwards what somebody subscribes to, parks what is malformed, and starts once', async () => {
    const { send, forwarded, parked, asked } = createBench();
    expect(await send(placed('a'), paid('b'), 'no json')).toEqual({ batchItemFailures: [] });
    await send(placed('c'));
    expect([forwarded, parked]).toEqual([['OrderPlaced a', 'OrderPlaced c'], ['INVALID_JSON 3']]);
    expect(asked).toEqual({ looks: 1, flushes: 2, starts: 1 });
  });

  test('looks again who subscribes when the time has come', async () => {
    const { send, later, looks, forwarded } = createBench();
    looks.push(
      async () => ['OrderPlaced'],
      async () => ['PaymentCharged'],
    );
    await send(paid('a'));
    later(59);
    await send(paid('b'));
    later(1);
    await send(paid('c'));
    expect(forwarded).toEqual(['PaymentCharged c']);
  });

  test('goes by the last list while nobody answers, and does not ask with every batch', async () => {
    const { send, later, looks, forwarded, levels, asked } = createBench();
    looks.push(async () => ['OrderPlaced'], down);
    for (const id of ['a', 'b', 'c', 'd']) {
      await send(placed(id));
      later(40);
    }
    expect([forwarded, asked.looks]).toEqual([['OrderPlaced a', 'OrderPlaced b', 'OrderPlaced c', 'OrderPlaced d'], 2]);
    expect(levels).toEqual(['warn']);
  });

  test('gives the batch back while it has never had a list, and the log says so', async () => {
    const { send, looks, forwarded, levels } = createBench();
    looks.push(down);
    expect(await send(placed('a'), placed('b'))).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(await send(placed('a'), placed('b'))).toEqual({ batchItemFailures: [] });
    expect(forwarded).toEqual(['OrderPlaced a', 'OrderPlaced b']);
    expect(levels).toEqual(['error']);
  });

  test('forwards everything for one subscriber to everything, and what it is told always to forward', async () => {
    const all = createBench();
    all.looks.push(async () => ['*']);
    await all.send(placed('a'), paid('b'));
    const told = createBench({ always: ['PaymentCharged'] });
    await told.send(placed('a'), paid('b'));
    const nobody = createBench({ always: ['*'], subscriptions: down });
    await nobody.send(placed('a'), paid('b'));
    const both = ['OrderPlaced a', 'PaymentCharged b'];
    expect([all.forwarded, told.forwarded, nobody.forwarded]).toEqual([both, both, both]);
  });

  test('names its first unfinished record only, and nothing is done before a malformed one is safe', async () => {
    const { send, handler } = createBench({ bus: { publish: async (events) => events.map(() => ({ status: 'retry', reason: 'full' })) } });
    expect(await send(paid('a'), placed('b'), placed('c'))).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    await expect(createBench({ onMalformed: down }).send('no json')).rejects.toThrow('no answer');
    await expect(handler({ Records: [] }, context())).rejects.toMatchObject({ code: 'UNKNOWN_LAMBDA_EVENT' });
  });

  test('keeps of a large malformed record what fits into a message', () => {
    const source = { kind: 'stream', stream: 's', shard: '0', sequenceNumber: '1' } as const;
    const delivery: Delivery = { body: '\u0000'.repeat(1_000_000), source, arrivedAt: Date.parse(TEST_TIME) };
    const document = malformedDocument(delivery, new ChoreographyError('INVALID_JSON', 'no'));
    expect(document).toMatchObject({ truncated: true, source, error: { code: 'INVALID_JSON', message: 'no' }, arrivedAt: TEST_TIME });
    expect(JSON.stringify(document).length).toBeLessThan(500_000);
    expect(malformedDocument({ ...delivery, body: 'x' }, new ChoreographyError('INVALID_JSON', 'no')).truncated).toBe(false);
  });
});

describe('the environment of the bridge', () => {
  const given = { CHOREO_BACKBONE: 'shop', CHOREO_BUS: 'shop', CHOREO_DEAD_LETTER_QUEUE: 'https://sqs/1/bridge' };
  const portsWith = (text: string) => bridgePorts({ ...given, CHOREO_BRIDGE_REFRESH_SECONDS: text });

  test.each(['soon', '60s', '0', '-1', '1.5', 'Infinity', '86401'])('refuses to look for subscriptions every %s seconds', (value) => {
    const name = 'CHOREO_BRIDGE_REFRESH_SECONDS';
    const message = `The environment variable ${name} is "${value}"; give a whole number of seconds from 1 to 86400, or leave it out for 60.`;
    expect(() => portsWith(value)).toThrow(expect.objectContaining({ code: 'ENVIRONMENT_INVALID', message, details: { name, value } }));
  });

  test('takes what is within the bounds, and a minute where nothing is said', () => {
    expect(['1', '86400', ''].map((text) => portsWith(text).refreshSeconds)).toEqual([1, 86_400, 60]);
  });
});
