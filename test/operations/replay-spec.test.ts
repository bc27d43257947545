import { describe, expect, test } from 'vitest';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { startReplay } from '../../lib/operations/replay/manage.ts';
import { planReplay } from '../../lib/operations/replay/plan.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import { parsePosition, type ReplaySpec } from '../../lib/operations/replay/spec.ts';
import type { ReplaySend } from '../../lib/runtime/ports/replay-queue.ts';
import { PlaceOrder } from '../embedded/shop.ts';
import { begun, createDesk, never } from './desk.ts';
import { bodyOf, fakeStream } from './fake-stream.ts';
import { createRig, type Rig } from './rig.ts';

/** Runs a replay into a queue that only listens. */
async function sentBy(rig: Rig, spec: ReplaySpec, more: Partial<OperatorAccess> = {}) {
  const sends: ReplaySend[] = [];
  const access: OperatorAccess = {
    ...rig.access,
    replayQueue: () => ({
      send: async (some) => {
        sends.push(...some);
      },
    }),
    ...more,
  };
  const { id } = await rig.run(startReplay(access, spec));
  const report = await rig.run(runReplay(access, id));
  const messages = sends.flatMap(({ task }) => (task.kind === 'message' ? [task] : []));
  return { id, report, sends, messages, types: messages.map(({ message }) => message.type) };
}

async function shopWithOrders(count: number): Promise<Rig> {
  const rig = createRig();
  for (let index = 0; index < count; index += 1) {
    await rig.send(PlaceOrder, { orderId: `rich-${index}` }, `order-${index}`);
    await rig.settle(60);
  }
  return rig;
}

const start = { kind: 'start' as const };

describe('what a replay sends', () => {
  test('is what its consumer subscribes to, marked, in the group of its saga, under one id an event', async () => {
    const rig = await shopWithOrders(2);
    const record = rig.backbone.published[0]?.envelope;
    rig.backbone.stream.put({ data: JSON.stringify(record), partitionKey: String(record?.partitionkey) });
    const { id, report, sends, messages, types } = await sentBy(rig, { consumer: 'inventory', from: start });
    expect(types.sort()).toEqual(['OrderPlaced', 'OrderPlaced', 'OrderPlaced']);
    expect(new Set(sends.map(({ deduplicationId }) => deduplicationId)).size).toBe(2);
    expect(new Set(messages.map(({ message }) => message.replayid))).toEqual(new Set([id]));
    expect(new Set(sends.map(({ group }) => group)).size).toBe(2);
    expect(report).toMatchObject({ state: 'done', counts: { read: 9, sent: 3, unreadable: 0 } });
  });

  test.each<[string, Partial<ReplaySpec>, number]>([
    ['nothing', {}, 3],
    ['types', { types: ['ChargeFailed'] }, 0],
    ['an upper number', { maxMessages: 2 }, 2],
    ['an end', { until: Date.parse('2026-01-01T00:01:30Z') }, 2],
    ['a beginning', { from: { kind: 'time', at: Date.parse('2026-01-01T00:01:30Z') } }, 1],
  ])('is bounded by %s', async (_, bound, count) => {
    const rig = await shopWithOrders(3);
    expect((await sentBy(rig, { consumer: 'order', from: start, ...bound })).types).toHaveLength(count);
  });

  test('is one saga, or begins and ends at given records', async () => {
    const rig = await shopWithOrders(3);
    const [, , third] = rig.backbone.published;
    const correlationId = third?.envelope.correlationid ?? '';
    expect((await sentBy(rig, { consumer: 'order', from: start, correlationId })).types).toEqual(['OrderCharged']);
    const position = parsePosition(`${third?.shard}:${third?.sequenceNumber}`);
    const only = await sentBy(rig, { consumer: 'order', from: { kind: 'positions', positions: [position] }, last: position });
    expect([only.messages.map(({ message }) => message.id), only.report.gaps]).toEqual([[third?.envelope.id], []]);
  });

  test('counts what is no message, and says where it lies', async () => {
    const rig = await shopWithOrders(1);
    rig.backbone.stream.put({ data: 'nonsense', partitionKey: 'k' });
    const { report } = await sentBy(rig, { consumer: 'inventory', from: start });
    expect([report.counts.unreadable, report.unreadableAt]).toMatchObject([1, [{ shard: expect.stringContaining('shardId-') }]]);
  });

  test('names every place where records were gone before they were read', async () => {
    const record = (sequenceNumber: string) => [sequenceNumber, bodyOf(sequenceNumber)] as const;
    const trimmed = ['a', 'b'].map((id) => ({ id, records: ['1', '2'].map(record), trimmedTo: '1', open: true }));
    const positions = trimmed.map(({ id }) => ({ shard: id, sequenceNumber: '1' }));
    const { reader: stream } = fakeStream(trimmed);
    const { report } = await sentBy(createRig(), { consumer: 'order', from: { kind: 'positions', positions } }, { stream });
    expect(report.gaps).toEqual(positions.map((position) => ({ ...position, found: '2' })));
  });

  test('waits while the queue is full', async () => {
    const rig = await shopWithOrders(4);
    let depth = 3;
    let fullest = 0;
    const queue: OperatorAccess['replayQueue'] = () => ({
      send: async (some) => {
        depth += some.length;
        fullest = Math.max(fullest, depth);
      },
    });
    const queueFigures = async () => {
      const figures = { depth };
      depth = Math.max(0, depth - 1);
      return figures;
    };
    const { report } = await sentBy(
      rig,
      { consumer: 'order', from: start, inFlightMax: 2, ratePerSecond: 5 },
      { replayQueue: queue, queueFigures },
    );
    expect([report.counts.sent, fullest <= 3]).toEqual([4, true]);
  });
});

describe('a replay of dead letters', () => {
  test('reads the record that a letter points to, where the letter itself holds no message', async () => {
    const desk = createDesk();
    await desk.publish(begun, { id: 'o-0' }, 'o-0');
    const record = desk.backbone.published[0];
    const at = new Date(desk.scheduler.now()).toISOString();
    const source = { kind: 'stream' as const, stream: 'events', shard: record?.shard ?? '', sequenceNumber: record?.sequenceNumber ?? '' };
    const letter = {
      ...{
        id: `${at}~x`,
        version: 'v',
        consumer: 'desk',
        reactions: [],
        phase: 'decode' as const,
        error: { code: 'TOO_DEEP', message: 'no' },
      },
      ...{ raw: '{', attempts: 1, firstFailedAt: at, lastFailedAt: at, source, state: 'open' as const, redrives: 0 },
    };
    await desk.store('desk').commit([{ id: 'v', writes: [{ kind: 'dead-letter', id: letter.id, expect: null, put: letter }] }]);
    const { id } = await desk.run(startReplay(desk.access, { consumer: 'desk', from: { kind: 'dead-letters' } }));
    expect(await desk.run(runReplay(desk.access, id))).toMatchObject({ counts: { read: 1, sent: 1 } });
    await desk.settle();
    expect(desk.only().state).toBe('closed');
  });

  test('runs what failed, and closes the letters', async () => {
    const desk = createDesk();
    desk.broken = never();
    await desk.publish(begun, { id: 'o-0' }, 'o-0');
    await desk.settle();
    desk.broken = undefined;
    const spec: ReplaySpec = { consumer: 'desk', from: { kind: 'dead-letters', filter: { code: 'NEVER' } } };
    expect(await desk.run(planReplay(desk.access, spec))).toMatchObject({ messages: 1, wouldRun: { note: 1 } });
    const { id } = await desk.run(startReplay(desk.access, spec));
    expect(await desk.run(runReplay(desk.access, id))).toMatchObject({
      state: 'done',
      letters: { selected: 1, done: 1 },
      counts: { sent: 1 },
    });
    await desk.settle();
    expect([desk.noted('o-0'), desk.only().state]).toEqual([{ by: 'note' }, 'closed']);
  });
});

const at = (sequenceNumber: string) => ({ shard: 'shardId-000000000000', sequenceNumber });

describe('a replay is refused', () => {
  test.each<[Partial<ReplaySpec>, string]>([
    [{ consumer: 'nobody' }, 'UNKNOWN_SERVICE'],
    [{ types: ['Nothing'] }, 'does not subscribe to Nothing'],
    [{ reactions: ['nothing'] }, 'has no reaction nothing'],
    [{ ratePerSecond: 0 }, 'INVALID_REPLAY'],
    [{ maxMessages: 0 }, 'INVALID_REPLAY'],
    [{ until: Number.MAX_SAFE_INTEGER }, 'lies in the future'],
    [{ from: { kind: 'time', at: Number.MAX_SAFE_INTEGER } }, 'ends before it begins'],
    [{ from: { kind: 'time', at: 2 }, until: 1 }, 'ends before it begins'],
    [{ from: { kind: 'positions', positions: [at('10')] }, last: at('9') }, 'ends before it begins'],
    [{ from: { kind: 'positions', positions: [{ shard: 'shardId-9', sequenceNumber: '1' }] } }, 'no shard shardId-9'],
    [{ from: { kind: 'positions', positions: [at('x')] } }, 'no sequence number'],
    [{ mode: 'reprocess' }, 'REPROCESS_REFUSED reserveStock of inventory may not run again over past events'],
  ])('that asks for %j', async (changes, problem) => {
    const rig = createRig();
    const asked = startReplay(rig.access, { consumer: 'inventory', from: start, ...changes });
    await expect(asked.catch((error: { code: string; message: string }) => `${error.code} ${error.message}`)).resolves.toContain(problem);
  });

  test('where there is no stream', async () => {
    const { stream: _, ...access } = createRig().access;
    await expect(startReplay(access, { consumer: 'inventory', from: start })).rejects.toMatchObject({ code: 'STREAM_MISSING' });
  });

  test('by position that cannot be read', () => {
    expect(parsePosition('shardId-000000000000:495')).toEqual({ shard: 'shardId-000000000000', sequenceNumber: '495' });
    for (const text of ['', 'shard', 'shard:', ':5', 'shard:5x']) expect(() => parsePosition(text)).toThrow('is no position');
  });
});
