import { defineEntity, defineInbound, defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import type { StreamReader } from '../../lib/runtime/ports/stream-reader.ts';
import { event, letters, messageOf } from '../runtime/rig.ts';
import { context, createBench, kinesisEvent, sqsEvent, variables } from './bench.ts';

const OrderPlaced = event('OrderPlaced');
const Note = defineEntity<{ readonly seen: number }>('Note');
const note = defineReaction({
  name: 'noteOrder',
  on: OrderPlaced,
  async react({ data }, tx) {
    const { id, quantity } = data;
    if (quantity === 13) throw new Error('cannot do that');
    tx.put(Note, id, { seen: ((await tx.get(Note, id))?.seen ?? 0) + 1 });
  },
});
const imports = defineInbound<typeof OrderPlaced, { readonly number: string }>(OrderPlaced, {
  from: { queue: 'imports' },
  id: ({ number }) => number,
  correlationId: ({ number }) => number,
  data: ({ number }) => ({ id: number }),
});
const desk = defineService({ name: 'desk', reactions: [note], inbound: [imports] });
const placed = (id: string, data: object = { id }) => messageOf(OrderPlaced, id, { data });
const seen = ({ store }: ReturnType<typeof createBench>, id: string) => store.entity('Note', id)?.state;

describe('a batch of the stream', () => {
  test('is consumed, and nothing is delivered again', async () => {
    const bench = createBench(desk);
    const answer = await bench.handlers.worker(kinesisEvent(placed('a'), placed('b')), context());
    expect(answer).toEqual({ batchItemFailures: [] });
    expect([seen(bench, 'a'), seen(bench, 'b')]).toEqual([{ seen: 1 }, { seen: 1 }]);
  });

  test('that cannot be finished in time names its first unfinished record only', async () => {
    const bench = createBench(desk);
    const answer = await bench.handlers.worker(kinesisEvent(placed('a'), placed('b')), context(1_000));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
  });

  test('keeps a record that is no text as a dead letter, and goes on', async () => {
    const bench = createBench(desk);
    const batch = kinesisEvent('x', placed('b'));
    Object.assign(batch.Records[0]?.kinesis ?? {}, { data: Buffer.from([0xff, 0xfe, 0x00]).toString('base64') });
    expect(await bench.handlers.worker(batch, context())).toEqual({ batchItemFailures: [] });
    expect(letters(bench)).toEqual(['INVALID_JSON -']);
    expect(seen(bench, 'b')).toEqual({ seen: 1 });
  });

  test('starts the service once for the process, and sends what was counted after every event', async () => {
    const bench = createBench(desk);
    await bench.handlers.worker(kinesisEvent(placed('a')), context());
    await bench.handlers.worker({ task: 'sweep' }, context());
    expect([bench.starts(), bench.flushes()]).toEqual([1, 2]);
  });
});

describe('messages of a queue', () => {
  test('of the bus are the detail of an event, or an envelope as it is', async () => {
    const bench = createBench(desk);
    const wrapped = { version: '0', 'detail-type': 'OrderPlaced', source: 'order', detail: placed('a') };
    expect(await bench.handlers.worker(sqsEvent('bus', wrapped, placed('b')), context())).toEqual({ batchItemFailures: [] });
    expect([seen(bench, 'a'), seen(bench, 'b')]).toEqual([{ seen: 1 }, { seen: 1 }]);
  });

  test('of another system go by the logical name of their queue', async () => {
    const bench = createBench(desk);
    await bench.handlers.worker(sqsEvent('imports-queue', { number: 'n-1' }), context());
    expect(seen(bench, 'n-1')).toEqual({ seen: 1 });
  });

  test('fail one by one', async () => {
    const bench = createBench(desk);
    const answer = await bench.handlers.worker(sqsEvent('bus', placed('a'), placed('b')), context(1_000));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }, { itemIdentifier: 'm-2' }] });
  });
});

describe('tasks of the replay queue', () => {
  const task = (id: string, group: string, data?: object) => ({ group, body: { kind: 'message', message: placed(id, data) } });

  test('run; what is to be tried later is hidden, and holds back its group and no other', async () => {
    const bench = createBench(desk);
    await bench.handlers.worker(kinesisEvent(placed('x', { id: 'x', quantity: 13 })), context());
    const wake = { group: 'g', body: { kind: 'wake', saga: 'saga-x' } };
    const answer = await bench.handlers.worker(sqsEvent('replay.fifo', wake, task('b', 'g'), task('c', 'h')), context());
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }, { itemIdentifier: 'm-2' }] });
    expect(bench.hidden.map(([receipt]) => receipt)).toEqual(['r-1']);
    expect([seen(bench, 'b'), seen(bench, 'c')]).toEqual([undefined, { seen: 1 }]);
  });

  test('that are none become dead letters', async () => {
    const bench = createBench(desk);
    expect(await bench.handlers.worker(sqsEvent('replay.fifo', 'hello', { kind: 'nap' }), context())).toEqual({ batchItemFailures: [] });
    expect(letters(bench)).toEqual(['INVALID_JSON -', 'INVALID_JSON -']);
  });
});

function reader(records: readonly string[], first = 1): StreamReader & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    shards: async () => [],
    async read(query) {
      asked.push(query.from);
      const all = records.map((body, index) => ({ sequenceNumber: String(first + index), partitionKey: 'k', body, arrivedAt: 0 }));
      return { records: all, behindMilliseconds: 0, cursor: 'c' };
    },
  };
}

function pointer(start: number, end: number, batchSize: number) {
  return {
    requestContext: { requestId: 'r', functionArn: 'f', condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
    version: '1.0',
    KinesisBatchInfo: {
      shardId: 'shardId-0',
      startSequenceNumber: String(start),
      endSequenceNumber: String(end),
      batchSize,
      streamArn: 'arn:aws:kinesis:us-east-1:1:stream/shop-events',
    },
  };
}

describe('what AWS gave up on', () => {
  test('in the stream is read at once, up to the end of the range, and becomes dead letters of what is not handled', async () => {
    const streamReader = reader(
      [placed('a'), placed('b'), placed('c')].map((one) => JSON.stringify(one)),
      9,
    );
    const bench = createBench(desk, { streamReader });
    await bench.handlers.worker(kinesisEvent(placed('a')), context());
    expect(await bench.handlers.worker(sqsEvent('dead', pointer(9, 10, 2)), context())).toEqual({ batchItemFailures: [] });
    expect(letters(bench)).toEqual(['RetryAttemptsExhausted b']);
    expect(streamReader.asked).toEqual([{ kind: 'at', sequenceNumber: '9' }]);
  });

  test('in the stream and is gone from it stays visible as its pointer', async () => {
    const bench = createBench(desk, { streamReader: reader([JSON.stringify(placed('b'))], 10) });
    await bench.handlers.worker(sqsEvent('dead', pointer(9, 10, 2)), context());
    expect(letters(bench)).toEqual(['INVALID_JSON -', 'RetryAttemptsExhausted b']);
    expect(bench.store.allDeadLetters().some(({ raw }) => raw?.includes('"startSequenceNumber":"9"'))).toBe(true);
  });

  test('waits in the queue while the stream does not answer', async () => {
    const streamReader = { ...reader([]), read: () => Promise.reject(new Error('down')) };
    const bench = createBench(desk, { streamReader });
    await expect(bench.handlers.worker(sqsEvent('dead', pointer(1, 1, 1)), context())).rejects.toThrow('down');
  });

  test('in its queues becomes dead letters too; wake-ups are asked for again by the sweep', async () => {
    const bench = createBench(desk);
    const wake = { kind: 'wake', saga: 'saga-a' };
    const message = { kind: 'message', message: placed('b') };
    await bench.handlers.worker(sqsEvent('dead', placed('a')), context());
    await bench.handlers.worker(sqsEvent('dead.fifo', wake, message), context());
    expect(letters(bench)).toEqual(['ReceiveCountExceeded a', 'ReceiveCountExceeded b']);
  });
});

describe('an event that the worker does not know', () => {
  test.each([
    ['of another queue', sqsEvent('elsewhere', 'x'), 'messages of the queue elsewhere, which is none of its own'],
    ['of another kind', { hello: 'world' }, 'an event that it does not know: {"hello":"world"}'],
  ])('%s is refused with what came', async (_, given, says) => {
    const { handlers } = createBench(desk);
    await expect(handlers.worker(given, context())).rejects.toMatchObject({
      code: 'UNKNOWN_LAMBDA_EVENT',
      message: expect.stringContaining(says),
    });
  });
});

describe('the start', () => {
  test('says which variable is missing, and is tried again with the next event', async () => {
    let given: Readonly<Record<string, string>> = { ...variables, CHOREO_TABLE: '' };
    const { handlers } = createBench(desk, { variables: () => given });
    await expect(handlers.worker({ task: 'sweep' }, context())).rejects.toMatchObject({
      code: 'ENVIRONMENT_MISSING',
      message: 'The environment variable CHOREO_TABLE is not set; the construct ChoreographyService sets it, or set it by hand.',
    });
    given = variables;
    await expect(handlers.worker({ task: 'sweep' }, context())).resolves.toBeUndefined();
  });

  test('refuses a variable that is not what it should be', async () => {
    const { handlers } = createBench(desk, { variables: () => ({ ...variables, CHOREO_SETTINGS: '[1]' }) });
    await expect(handlers.worker({ task: 'sweep' }, context())).rejects.toMatchObject({ code: 'ENVIRONMENT_INVALID' });
  });
});
