import { defineEntity, defineInbound, defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test, vi } from 'vitest';
import { environmentNames } from '../../lib/contract/deployment.ts';
import type { Envelope } from '../../lib/contract/envelope.ts';
import { ChoreographyError } from '../../lib/contract/errors.ts';
import type { MemoryStore } from '../../lib/embedded/memory/store.ts';
import type { Claim } from '../../lib/runtime/journal/claim.ts';
import { entryKey } from '../../lib/runtime/journal/item-key.ts';
import type { StreamReader } from '../../lib/runtime/ports/stream-reader.ts';
import { TEST_TIME } from '../../lib/testing/message.ts';
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
const feed = defineInbound<typeof OrderPlaced, { readonly number: string }>(OrderPlaced, {
  from: { stream: 'feed' },
  id: ({ number }) => number,
  correlationId: ({ number }) => number,
  data: ({ number }) => ({ id: number }),
});
const desk = defineService({ name: 'desk', reactions: [note], inbound: [imports, feed] });
const placed = (id: string, data: object = { id }) => messageOf(OrderPlaced, id, { data });
const onBus = (detail: Envelope) => ({ version: '0', 'detail-type': detail.type, source: detail.source, detail });
const seen = ({ store }: ReturnType<typeof createBench>, id: string) => store.entity('Note', id)?.state;

/** A claim whose attempt was begun and not ended, and the task that looks after it. */
function startedNote() {
  const message = placed('a');
  const { correlationid: saga, source, id } = message;
  const key = entryKey(saga, note.name, source, id);
  const claim: Claim = {
    ...{ kind: 'entry', key, saga, reaction: note.name, state: 'started', version: 'c' },
    ...{ message, deadLetters: [], emissions: [] },
  };
  return { claim, settle: { kind: 'settle', saga, reaction: note.name, key } };
}

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

  test('is of our own events, also where an inbound has the name of the stream; and that inbound`s stream is not', async () => {
    const own = defineInbound<typeof OrderPlaced, { readonly number: string }>(OrderPlaced, {
      from: { stream: 'shop-events' },
      id: ({ number }) => number,
      correlationId: ({ number }) => number,
      data: ({ number }) => ({ id: number }),
    });
    const inbounds = { [environmentNames.inbounds]: JSON.stringify({ 'feed-stream': 'shop-events' }) };
    const bench = createBench(defineService({ name: 'desk', reactions: [note], inbound: [own] }), {
      variables: () => ({ ...variables, ...inbounds }),
    });
    await bench.handlers.worker(kinesisEvent(placed('a')), context());
    const theirs = kinesisEvent({ ...placed('forged'), number: 'n-1' });
    Object.assign(theirs.Records[0] ?? {}, { eventSourceARN: 'arn:aws:kinesis:us-east-1:1:stream/feed-stream' });
    await bench.handlers.worker(theirs, context());
    expect(['a', 'n-1', 'forged'].map((id) => seen(bench, id))).toEqual([{ seen: 1 }, { seen: 1 }, undefined]);
  });

  test('keeps a record that is no text as a dead letter, and goes on, even if its base64 looks like JSON', async () => {
    const bench = createBench(desk);
    const batch = kinesisEvent('x', placed('b'));
    Object.assign(batch.Records[0]?.kinesis ?? {}, { data: '1111', approximateArrivalTimestamp: Date.parse(TEST_TIME) / 1000 - 60 });
    expect(await bench.handlers.worker(batch, context())).toEqual({ batchItemFailures: [] });
    expect(letters(bench)).toEqual(['INVALID_JSON -']);
    expect(bench.store.allDeadLetters()).toMatchObject([{ firstFailedAt: '2025-12-31T23:59:00.000Z' }]);
    expect(seen(bench, 'b')).toEqual({ seen: 1 });
  });

  test('starts the service once for the process, and sends what was counted after every event', async () => {
    const bench = createBench(desk);
    await bench.handlers.worker(kinesisEvent(placed('a')), context());
    await bench.handlers.worker({ task: 'sweep' }, context());
    expect([bench.starts(), bench.flushes()]).toEqual([1, 2]);
  });
});

describe('a tick', () => {
  test.each([
    ['of the construct', { task: 'sweep' }],
    ['of a schedule', { version: '0', 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} }],
  ])('%s sweeps', async (_, tick) => {
    const bench = createBench(desk);
    let swept = 0;
    bench.store.listOutbox = async () => {
      swept += 1;
      return [];
    };
    expect(await bench.handlers.worker(tick, context())).toBeUndefined();
    expect(swept).toBe(1);
  });
});

describe('messages of a queue', () => {
  test('of the bus are the detail of an event, or an envelope as it is', async () => {
    const bench = createBench(desk);
    const wrapped = onBus(placed('a'));
    expect(await bench.handlers.worker(sqsEvent('bus', wrapped, placed('b')), context())).toEqual({ batchItemFailures: [] });
    expect([seen(bench, 'a'), seen(bench, 'b')]).toEqual([{ seen: 1 }, { seen: 1 }]);
  });

  test.each([
    ['source', { source: 'notification' }],
    ['type', { 'detail-type': 'OrderExpired' }],
  ])('of the bus are what the event says: an envelope with another %s is a dead letter', async (_, published) => {
    const bench = createBench(desk);
    await bench.handlers.worker(sqsEvent('bus', { ...onBus(placed('a')), ...published }), context());
    expect([seen(bench, 'a'), letters(bench)]).toEqual([undefined, ['INVALID_ENVELOPE -']]);
  });

  test('that rules bring are never opened: an envelope in such an event is what the other system wrote', async () => {
    const partner = defineInbound<typeof OrderPlaced, { detail: { number?: string } }>(OrderPlaced, {
      from: { bus: { source: 'com.example.partner', detailType: 'order' } },
      id: ({ detail }) => detail.number as string,
      correlationId: ({ detail }) => detail.number as string,
      data: ({ detail }) => ({ id: detail.number as string }),
    });
    const bench = createBench(defineService({ name: 'desk', source: 'bus', reactions: [note], inbound: [partner] }));
    const event = { version: '0', source: 'com.example.partner', 'detail-type': 'order', time: TEST_TIME };
    const bodies = [
      { ...event, detail: { number: 'n-1' } },
      { ...event, detail: { ...placed('forged'), source: event.source, type: event['detail-type'], number: 'n-2' } },
    ];
    await bench.handlers.worker(sqsEvent('rules-queue', ...bodies), context());
    expect(['n-1', 'n-2', 'forged'].map((id) => seen(bench, id))).toEqual([{ seen: 1 }, { seen: 1 }, undefined]);
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
    const [first, second, ...others] = bench.hidden;
    expect([first?.[0], second?.[0], others]).toEqual(['r-1', 'r-2', []]);
    expect(second?.[1]).toBe(first?.[1]); // a group waits for every hidden message of it
    expect([seen(bench, 'b'), seen(bench, 'c')]).toEqual([undefined, { seen: 1 }]);
  });

  test('that there is no time for come again at once', async () => {
    const bench = createBench(desk);
    const answer = await bench.handlers.worker(sqsEvent('replay.fifo', task('b', 'g')), context(4_000));
    expect([answer, bench.hidden]).toEqual([{ batchItemFailures: [{ itemIdentifier: 'm-1' }] }, [['r-1', 0]]]);
  });

  test('come again later when they cannot be hidden', async () => {
    const hide = () => Promise.reject(new Error('throttled'));
    const bench = createBench(desk, { hideTask: hide });
    await bench.handlers.worker(kinesisEvent(placed('x', { id: 'x', quantity: 13 })), context());
    const wake = { group: 'g', body: { kind: 'wake', saga: 'saga-x' } };
    expect(await bench.handlers.worker(sqsEvent('replay.fifo', wake), context())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm-1' }],
    });
    expect(bench.log.some(({ message }) => message.startsWith('a message could not be hidden'))).toBe(true);
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
      const all = records.map((body, index) => ({
        sequenceNumber: String(first + index),
        partitionKey: 'k',
        body,
        arrivedAt: Date.parse(TEST_TIME),
      }));
      return { records: all, behindMilliseconds: 0, cursor: 'c' };
    },
  };
}

function pointer(start: number, end: number, batchSize: number, stream = 'shop-events') {
  return {
    requestContext: { requestId: 'r', functionArn: 'f', condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
    version: '1.0',
    KinesisBatchInfo: {
      shardId: 'shardId-0',
      startSequenceNumber: String(start),
      endSequenceNumber: String(end),
      batchSize,
      streamArn: `arn:aws:kinesis:us-east-1:1:stream/${stream}`,
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
    expect(letters(bench)).toEqual(['RECORDS_LOST -', 'RetryAttemptsExhausted b']);
    const [lost] = bench.store.allDeadLetters().filter(({ error }) => error.code === 'RECORDS_LOST');
    expect(bench.log.filter(({ message }) => message.startsWith('a message is lost'))).toMatchObject([
      { level: 'error', fields: { error: { code: 'RECORDS_LOST' } } },
    ]);
    expect(lost).toMatchObject({ raw: expect.stringContaining('"startSequenceNumber":"9"'), phase: 'transport' });
    expect(lost?.error.message).toBe(
      'Some of 2 records from 9 to 10 in shardId-0 of shop-events were given up on and cannot be read: the stream has 1 of them, and the first one has expired.',
    );
    await bench.handlers.worker(sqsEvent('dead', pointer(9, 10, 2)), context());
    expect(letters(bench)).toHaveLength(2);
  });

  test('in a shard that is gone stays visible, too, and does not hold up the other messages', async () => {
    const gone = new ChoreographyError('UNKNOWN_SHARD', 'The shard is gone.');
    const bench = createBench(desk, { streamReader: { ...reader([]), read: () => Promise.reject(gone) } });
    expect(await bench.handlers.worker(sqsEvent('dead', pointer(1, 1, 1), placed('a')), context())).toEqual({ batchItemFailures: [] });
    expect(letters(bench)).toEqual(['RECORDS_LOST -', 'ReceiveCountExceeded a']);
  });

  test('waits in the queue while the stream does not answer, and does not hold up the other messages', async () => {
    const down = new ChoreographyError('STREAM_UNAVAILABLE', 'down', { retryable: true });
    const bench = createBench(desk, { streamReader: { ...reader([]), read: () => Promise.reject(down) } });
    const answer = await bench.handlers.worker(sqsEvent('dead', pointer(1, 1, 1), placed('a')), context());
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect(letters(bench)).toEqual(['ReceiveCountExceeded a']);
    expect(bench.log).toContainEqual({
      level: 'warn',
      message: 'the records behind a failure pointer could not be read',
      fields: expect.objectContaining({ shard: 'shardId-0', error: expect.stringContaining('down') }),
    });
  });

  test('waits in the queue while the journal does not answer, or the time is up', async () => {
    const bench = createBench(desk, { streamReader: reader([JSON.stringify(placed('b'))], 10) });
    const failed = { batchItemFailures: [{ itemIdentifier: 'm-1' }] };
    expect(await bench.handlers.worker(sqsEvent('dead', pointer(10, 10, 1)), context(4_000))).toEqual(failed);
    expect(await bench.handlers.worker(sqsEvent('dead', pointer(10, 10, 1)), context(9_000))).toEqual(failed);
    bench.store.commit = () => Promise.reject(new ChoreographyError('STORE_THROTTLED', 'busy', { retryable: true }));
    expect(await bench.handlers.worker(sqsEvent('dead', pointer(9, 10, 2)), context())).toEqual(failed);
    expect(letters(bench)).toEqual([]);
  });

  test('waits in the queue while any record of its range does', async () => {
    const bench = createBench(desk, { streamReader: reader([JSON.stringify(placed('a')), JSON.stringify(placed('b'))], 9) });
    await bench.handlers.worker(kinesisEvent(placed('a')), context());
    bench.store.commit = () => Promise.reject(new ChoreographyError('STORE_THROTTLED', 'busy', { retryable: true }));
    const answer = await bench.handlers.worker(sqsEvent('dead', pointer(9, 10, 2)), context());
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
  });

  test.each<[string, MemoryStore['commit']]>([
    ['does not answer', () => Promise.reject(new ChoreographyError('STORE_THROTTLED', 'busy', { retryable: true }))],
    ['does not take it', async (units) => units.map(() => ({ status: 'conflict' }))],
  ])('and is gone waits in the queue while the journal %s: the loss would be seen nowhere', async (_, commit) => {
    const bench = createBench(desk, { streamReader: reader([]) });
    bench.store.commit = commit;
    const answer = await bench.handlers.worker(sqsEvent('dead', pointer(9, 10, 2)), context());
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
  });

  test('in a range that is longer than what is read of one stays visible as its pointer', async () => {
    const bench = createBench(desk, { streamReader: reader([JSON.stringify(placed('a'))], 9) });
    await bench.handlers.worker(kinesisEvent(placed('a')), context());
    expect(await bench.handlers.worker(sqsEvent('dead', pointer(9, 10, 2)), context())).toEqual({ batchItemFailures: [] });
    expect(bench.store.allDeadLetters().map(({ error }) => error.message)).toEqual([
      expect.stringMatching(/the range is longer than what is read of one \(\d+ records\)\.$/),
    ]);
  });

  test('comes from the stream that the pointer names', async () => {
    const asked: string[] = [];
    const streamReader = (stream: string) => {
      asked.push(stream);
      return reader([JSON.stringify({ number: 'n-1' })], 1);
    };
    const bench = createBench(desk, { streamReader });
    await bench.handlers.worker(sqsEvent('dead', pointer(1, 1, 1, 'feed-stream')), context());
    expect([asked, letters(bench)]).toEqual([['feed-stream'], ['RetryAttemptsExhausted n-1']]);
  });

  test('with its records beside it needs no stream', async () => {
    const bench = createBench(desk);
    await bench.handlers.worker(sqsEvent('dead', { ...pointer(1, 1, 1), payload: kinesisEvent(placed('a')) }), context());
    expect(letters(bench)).toEqual(['RetryAttemptsExhausted a']);
  });

  test('in the queue of another system is still known by that queue', async () => {
    const bench = createBench(desk);
    const moved = sqsEvent('dead', { number: 'n-1' });
    Object.assign(moved.Records[0]?.attributes ?? {}, { DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:1:imports-queue' });
    await bench.handlers.worker(moved, context());
    expect(letters(bench)).toEqual(['ReceiveCountExceeded n-1']);
  });

  test('at the target of a rule becomes a dead letter of the envelope in the event', async () => {
    const bench = createBench(desk);
    const undelivered = sqsEvent('dead', onBus(placed('a')));
    const text = (stringValue: string) => ({ dataType: 'String', stringValue });
    const attributes = { RULE_ARN: text('arn:rule'), TARGET_ARN: text('arn:queue'), ERROR_CODE: text('NO_PERMISSIONS') };
    Object.assign(undelivered.Records[0] ?? {}, { messageAttributes: attributes });
    await bench.handlers.worker(undelivered, context());
    expect(letters(bench)).toEqual(['NO_PERMISSIONS a']);
  });

  test('at the target of a rule for another system is still known as its event', async () => {
    const partner = defineInbound<typeof OrderPlaced, { id: string }>(OrderPlaced, {
      from: { bus: { source: 'com.example.partner', detailType: 'order' } },
      id: ({ id }) => id,
      correlationId: ({ id }) => id,
      data: ({ id }) => ({ id }),
    });
    const bench = createBench(defineService({ name: 'desk', source: 'bus', reactions: [note], inbound: [partner] }));
    const event = { version: '0', id: 'p-1', source: 'com.example.partner', 'detail-type': 'order', detail: placed('forged') };
    const undelivered = sqsEvent('dead', event);
    const text = (stringValue: string) => ({ dataType: 'String', stringValue });
    const attributes = { RULE_ARN: text('arn:rule'), TARGET_ARN: text('arn:aws:sqs:us-east-1:1:rules-queue'), ERROR_CODE: text('GONE') };
    Object.assign(undelivered.Records[0] ?? {}, { messageAttributes: attributes });
    await bench.handlers.worker(undelivered, context());
    expect(letters(bench)).toEqual(['GONE p-1']);
  });

  test.each([
    ['an event is a dead letter of it', { requestPayload: onBus(placed('a')) }, ['RetriesExhausted a']],
    ['what was too large to keep stays visible', {}, ['INVALID_JSON -']],
    ['a tick is nothing to keep', { requestPayload: { task: 'sweep' } }, []],
  ])('as an invocation: %s', async (_, payload, expected) => {
    const bench = createBench(desk);
    const requestContext = { requestId: 'r', functionArn: 'arn:f', condition: 'RetriesExhausted', approximateInvokeCount: 3 };
    await bench.handlers.worker(sqsEvent('dead', { version: '1.0', requestContext, ...payload }), context());
    expect(letters(bench)).toEqual(expected);
  });

  test('in its queues becomes dead letters too; wake-ups are asked for again by the sweep', async () => {
    const bench = createBench(desk);
    const wake = { kind: 'wake', saga: 'saga-a' };
    const message = { kind: 'message', message: placed('b') };
    const forOthers = { kind: 'message', message: placed('c'), reactions: ['gone'] };
    await bench.handlers.worker(sqsEvent('dead', placed('a')), context());
    await bench.handlers.worker(sqsEvent('dead.fifo', wake, message, forOthers), context());
    expect(letters(bench)).toEqual(['ReceiveCountExceeded a', 'ReceiveCountExceeded b']);
    expect(bench.queue).toEqual([]);
  });

  test('in the replay queue is asked for again where it was to settle and notes why it could not: what was due is cleared since', async () => {
    const bench = createBench(desk);
    const { settle, claim } = startedNote();
    const [firstAt, lastAt] = [0, Date.parse(TEST_TIME)];
    const settleFailure = { attempts: 9, firstAt, lastAt, error: { code: 'DOWN', message: '' } };
    await bench.store.commit([{ id: 'c', writes: [{ kind: 'claim', key: claim.key, expect: null, put: { ...claim, settleFailure } }] }]);
    for (const messageId of ['first', 'second']) {
      const moved = sqsEvent('dead.fifo', settle);
      Object.assign(moved.Records[0] ?? {}, { messageId });
      expect(await bench.handlers.worker(moved, context())).toEqual({ batchItemFailures: [] });
    }
    expect(bench.queue.map(({ task }) => task)).toEqual([settle, settle]);
    expect(new Set(bench.queue.map(({ group }) => group)).size).toBe(1);
    expect(new Set(bench.queue.map(({ deduplicationId }) => deduplicationId)).size).toBe(2);
    expect(letters(bench)).toEqual([]);
  });

  test('in the replay queue becomes a dead letter where it was to settle and none of its tries noted anything', async () => {
    const bench = createBench(desk);
    const { settle, claim } = startedNote();
    await bench.store.commit([{ id: 'c', writes: [{ kind: 'claim', key: claim.key, expect: null, put: claim }] }]);
    expect(await bench.handlers.worker(sqsEvent('dead.fifo', settle), context())).toEqual({ batchItemFailures: [] });
    expect([letters(bench), bench.queue]).toEqual([['ReceiveCountExceeded a'], []]);
    expect(bench.store.allClaims()).toMatchObject([{ state: 'gave-up' }]);
    await bench.handlers.worker(sqsEvent('dead.fifo', settle), context());
    expect([letters(bench), bench.queue]).toEqual([['ReceiveCountExceeded a'], []]);
  });
});

const foreignStream = kinesisEvent('x');
Object.assign(foreignStream.Records[0] ?? {}, { eventSourceARN: 'arn:aws:kinesis:us-east-1:1:stream/elsewhere' });

describe('an event that the worker does not know', () => {
  test.each([
    ['of another queue', sqsEvent('elsewhere', 'x'), 'messages of the queue elsewhere, which is not its own'],
    ['of another stream', foreignStream, 'records of the stream elsewhere, which is not its own'],
    ['of a bus', { version: '0', 'detail-type': 'OrderPlaced', source: 'order', detail: {} }, 'an event that it does not know'],
    ['of another kind', { hello: 'world' }, 'an event that it does not know (hello).'],
  ])('%s is refused with what came', async (_, given, says) => {
    const { handlers } = createBench(desk);
    await expect(handlers.worker(given, context())).rejects.toMatchObject({
      code: 'UNKNOWN_LAMBDA_EVENT',
      message: expect.stringContaining(says),
    });
  });
});

describe('a paused consumer', () => {
  test('gives stream and queue back, and still runs its replays', async () => {
    const bench = createBench(desk);
    await bench.control.setConsumer('desk', { paused: true });
    expect(await bench.handlers.worker(kinesisEvent(placed('a'), placed('b')), context())).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    });
    expect(await bench.handlers.worker(sqsEvent('bus', placed('a')), context())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm-1' }],
    });
    await bench.handlers.worker(sqsEvent('replay.fifo', { kind: 'message', message: placed('c') }), context());
    expect([seen(bench, 'a'), seen(bench, 'c')]).toEqual([undefined, { seen: 1 }]);
  });

  test('holds a batch of the stream while its function may run, and takes it when it goes on', async () => {
    const bench = createBench(desk);
    let looks = 0;
    bench.control.consumer = async () => {
      looks += 1;
      return { paused: looks <= 3 };
    };
    const none = { batchItemFailures: [] };
    expect(await bench.handlers.worker(kinesisEvent(placed('a'), placed('b')), context())).toEqual(none);
    expect([looks, seen(bench, 'a'), seen(bench, 'b')]).toEqual([4, { seen: 1 }, { seen: 1 }]);
  });

  test('gives a batch back when no time would be left for it', async () => {
    const bench = createBench(desk);
    let looks = 0;
    bench.control.consumer = async () => {
      looks += 1;
      return { paused: true };
    };
    await bench.handlers.worker(kinesisEvent(placed('a')), context(24_000));
    expect(looks).toBe(1);
    await bench.restarted().worker(kinesisEvent(placed('a')), context(46_000));
    expect(looks).toBe(1 + 4); // after 0, 10, 20 and 30 seconds
  });
});

test('a process that dies after its commit publishes with the next delivery, and applies nothing twice', async () => {
  const OrderNoted = event('OrderNoted');
  const emitting = defineReaction({
    name: 'tellOrder',
    on: OrderPlaced,
    emits: [OrderNoted],
    async react({ data }, tx) {
      tx.put(Note, data.id, { seen: ((await tx.get(Note, data.id))?.seen ?? 0) + 1 });
      tx.emit(OrderNoted, { id: data.id });
    },
  });
  const bench = createBench(defineService({ name: 'desk', reactions: [emitting] }));
  bench.publishing.push(() => new Promise(() => {})); // the first process never comes back from publishing
  void bench.handlers.worker(kinesisEvent(placed('a')), context());
  await vi.waitFor(() => expect(seen(bench, 'a')).toEqual({ seen: 1 }));
  expect(bench.published).toEqual([]);
  expect(await bench.restarted().worker(kinesisEvent(placed('a')), context())).toEqual({ batchItemFailures: [] });
  expect([seen(bench, 'a'), bench.published.map(({ type }) => type)]).toEqual([{ seen: 1 }, ['OrderNoted']]);
});
