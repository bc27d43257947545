import { ChoreographyError, client, defineReaction, defineService } from 'aws-choreography';
import { beforeEach, expect, test } from 'vitest';
import { claims, createRig, deliveriesOf, event, messageOf, statuses } from '../rig.ts';

const begun = event('OrderBegun');
const taken = event('OrderTaken');
const dropped = event('OrderDropped');

const broken = new Set<string>();
let onRun: (id: string) => void = () => {};
const take = defineReaction({
  name: 'take',
  on: begun,
  emits: [taken],
  fails: [dropped],
  retry: { attempts: 2 },
  react({ id }, tx) {
    onRun(id);
    if (broken.has(id)) throw new Error('no answer');
    tx.emit(taken, { id });
  },
  onGiveUp: ({ id }, tx) => tx.fail(dropped, { id }),
});
const service = defineService({ name: 'orders', reactions: [take] });
const slow = defineService({ name: 'slow', reactions: [take], publishRate: { eventsPerSecond: 1, burst: 2 } });
const order = (id: string) => messageOf(begun, id);

beforeEach(() => {
  broken.clear();
  onRun = () => {};
});

test('no reaction is begun shortly before the deadline: the rest is unfinished, not failed', async () => {
  const rig = createRig(service);
  onRun = () => rig.later(19);
  const results = await rig.deliver(order('1'), order('2'), order('3'), order('4'), order('5'));
  expect(statuses(results)).toEqual(['done', 'done', 'done', 'unfinished', 'unfinished']);
  expect(claims(rig)).toEqual(['take 1 done', 'take 2 done', 'take 3 done']);
  expect(rig.published).toHaveLength(3);
});

test('an invocation without time does nothing at all', async () => {
  const rig = createRig(service);
  const results = await rig.runtime.consume(deliveriesOf([order('1')], rig.clock.now()), { deadline: rig.clock.now() + 4_000 });
  expect(statuses(results)).toEqual(['unfinished']);
  expect(rig.sent).toEqual([]);
});

test('the publish rate holds back reacting, not what is committed', async () => {
  const rig = createRig(slow);
  const began = rig.clock.now();
  await rig.deliver(order('1'));
  await rig.deliver(order('2'));
  await rig.deliver(order('3'));
  expect(rig.clock.now() - began).toBe(1_000);
  expect(rig.published).toHaveLength(3);
});

test('a rate that gives nothing more before the deadline ends the batch, without another look at the store', async () => {
  const rig = createRig(slow);
  await rig.deliver(order('1'));
  await rig.deliver(order('2'));
  let reads = 0;
  const { store } = rig.options.ports;
  const read = store.read;
  store.read = (request) => {
    reads += 1;
    return read(request);
  };
  const results = await rig.runtime.consume(deliveriesOf(['3', '4', '5'].map(order), rig.clock.now()), {
    deadline: rig.clock.now() + 5_500,
  });
  expect(statuses(results)).toEqual(['unfinished', 'unfinished', 'unfinished']);
  expect(reads).toBe(1);
});

test('technical give-ups in a row pause the consumer, with a reason', async () => {
  const rig = createRig(service, { settings: { giveUpsInARowMax: 3 } });
  for (const id of ['1', '2', '3']) {
    expect(rig.control.states().size).toBe(0);
    broken.add(id);
    await rig.deliver(order(id));
  }
  expect(rig.control.states().get('orders')).toMatchObject({ paused: true, reason: '3 messages in a row were given up' });
  expect(await rig.deliver(order('4'))).toEqual([{ status: 'unfinished', reason: 'the consumer is paused', paused: true }]);
  expect(claims(rig)).not.toContain('take 4 done');
});

test('a success in between begins the row anew', async () => {
  const rig = createRig(service, { settings: { giveUpsInARowMax: 3 } });
  for (const id of ['1', '2', '3', '4']) broken.add(id);
  await rig.deliver(order('1'));
  await rig.deliver(order('2'));
  await rig.deliver(order('fine'));
  await rig.deliver(order('3'));
  await rig.deliver(order('4'));
  expect(rig.control.states().size).toBe(0);
});

test('give-ups of one batch with successes between their commits are not in a row', async () => {
  const rig = createRig(service, { settings: { giveUpsInARowMax: 2 } });
  for (const id of ['1', '2']) broken.add(id);
  // The second order heals as late as the others are given up.
  const tries = new Map<string, number>();
  onRun = (id) => {
    tries.set(id, (tries.get(id) ?? 0) + 1);
    if (id === 'late' && tries.get(id) === 1) throw new Error('not yet');
    if (id === 'late' && tries.get(id) === 2) throw new ChoreographyError('STORE_THROTTLED', 'not yet', { retryable: true });
  };
  await rig.deliver(order('1'), order('late'), order('2'));
  expect(rig.counted('dead-letters')).toBe(2);
  expect(rig.control.states().size).toBe(0);
});

test('a message that is poison by its own word does not count towards a pause', async () => {
  const poison = defineReaction({
    name: 'poison',
    on: begun,
    react() {
      throw Object.assign(new Error('never'), { retryable: false });
    },
  });
  const rig = createRig(defineService({ name: 'poisoned', reactions: [poison] }), { settings: { giveUpsInARowMax: 1 } });
  await rig.deliver(order('1'), order('2'));
  expect(rig.counted('dead-letters')).toBe(2);
  expect(rig.control.states().size).toBe(0);
});

test('an operator`s pause is seen within ten seconds, and so is its end', async () => {
  const rig = createRig(service);
  await rig.deliver(order('1'));
  await rig.control.setConsumer('orders', { paused: true });
  rig.later(11);
  expect(statuses(await rig.deliver(order('2')))).toEqual(['unfinished']);
  await rig.control.setConsumer('orders', { paused: false });
  rig.later(11);
  expect(statuses(await rig.deliver(order('2')))).toEqual(['done']);
});

test('a control table that does not answer stops nothing', async () => {
  const rig = createRig(service, { settings: { giveUpsInARowMax: 1 } });
  rig.control.consumer = async () => {
    throw new Error('no control table');
  };
  rig.control.setConsumer = rig.control.consumer as never;
  broken.add('2');
  expect(statuses(await rig.deliver(order('1'), order('2')))).toEqual(['done', 'done']);
});

test('an error that nobody expected gives the batch back instead of throwing, and what was committed is not run again', async () => {
  const rig = createRig(service);
  rig.commits.push(async (units, go) => {
    await go(units);
    rig.die();
    return [];
  });
  const results = await rig.deliver(order('1'), order('2'));
  expect(statuses(results)).toEqual(['unfinished', 'unfinished']);
  expect(rig.log.some(({ level, message }) => level === 'error' && message === 'a batch could not be handled')).toBe(true);
  rig.restart();
  const runs: string[] = [];
  onRun = (id) => runs.push(id);
  expect(statuses(await rig.deliver(order('1'), order('2')))).toEqual(['done', 'done']);
  expect(runs).toEqual([]);
  expect(rig.published).toHaveLength(2);
});

test('what the store will never take before an outside call is a dead letter: it does not come again for ever', async () => {
  const failed = event('OrderFailed');
  const calls: string[] = [];
  const call = async (what: string) => void calls.push(what);
  const book = defineReaction({
    name: 'book',
    on: begun,
    delivery: 'at-most-once',
    clients: { desk: client<typeof call>() },
    async react(_, tx) {
      await tx.clients.desk('book');
      return { note: 'x'.repeat(200_000) };
    },
    // Its request is recorded before the call, in one item with what `react` returned.
    compensation: { on: failed, undo: (_, tx) => tx.clients.desk('cancel') },
  });
  const rig = createRig(defineService({ name: 'desk', reactions: [book] }), { clients: { desk: call } });
  await rig.deliver(order('1'));
  const large = messageOf(failed, '2', { correlationid: 'saga-1', data: { id: '1', why: 'y'.repeat(230_000) } });
  expect(statuses(await rig.deliver(large))).toEqual(['done']);
  expect(rig.store.allDeadLetters()).toMatchObject([{ error: { code: 'COMMIT_REFUSED' }, phase: 'undo', message: { id: '2' } }]);
  expect([claims(rig), calls]).toEqual([['book 1 done'], ['book']]);
});

test('a commit that fails for good is nobody`s attempt', async () => {
  const rig = createRig(service);
  rig.commits.push(async () => {
    throw new Error('the store is broken');
  });
  expect(await rig.deliver(order('1'))).toEqual([{ status: 'unfinished', reason: 'the store is broken' }]);
  expect(rig.counted('technical-failures')).toBe(0);
});
