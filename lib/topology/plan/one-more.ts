import { deliver, publish } from './delivery.ts';
import type { Estimate, PlannedReaction } from './estimate.ts';
import { type Cost, costOf, sumOf, type Usage } from './usage.ts';
import { type Work, workOf } from './work.ts';

/** What one more event costs, emitted by a reaction that emits already and taken by one that emits nothing. */
export interface AddedEvent {
  /** Where it is taken from. */
  readonly from: 'stream' | 'bus';
  readonly usage: Usage;
  readonly costPerMillion: Cost;
}

const MILLION = 1_000_000;
const TYPE = 'OneMoreEvent';

/** The reaction that takes it: one entity, no client, nothing to undo. */
const taker: PlannedReaction = {
  node: {
    id: 'one.more',
    service: 'one',
    name: 'more',
    on: [TYPE],
    emits: [],
    fails: [],
    schedules: [],
    onGiveUp: false,
    callsOutside: false,
    reprocessable: false,
  },
  manifest: {
    name: 'more',
    on: [],
    emits: [],
    fails: [],
    schedules: [],
    onGiveUp: false,
    clients: [],
    delivery: 'at-least-once',
    reprocessable: false,
    retryAttempts: 1,
  },
  entities: 1,
  recordsCalls: false,
};

/** What grows at the reaction that emits it: its claim, which holds the event and is written in a transaction. */
function growth(estimate: Estimate): Usage {
  const { eventKilobytes: event } = estimate;
  const emitting = (emits: readonly string[]): readonly Work[] => [
    workOf({ reaction: taker, deed: 'react', emits, schedules: [], claimBefore: 0, isCommand: false }, event),
  ];
  const before = deliver(estimate, 'stream', emitting(['First']), true).usage;
  const after = deliver(estimate, 'stream', emitting(['First', TYPE]), true).usage;
  return sumOf([{ writeUnits: after.writeUnits - before.writeUnits }]);
}

/** The price of one more event, on the stream and on the bus. */
export function oneMoreEvent(estimate: Estimate): readonly AddedEvent[] {
  const hasBus = [...estimate.services.values()].some(({ source }) => source === 'bus');
  const task = { reaction: taker, deed: 'react', emits: [], schedules: [], claimBefore: 0, isCommand: false } as const;
  const taking = [workOf(task, estimate.eventKilobytes)];
  return (hasBus ? (['stream', 'bus'] as const) : (['stream'] as const)).map((from): AddedEvent => {
    const onBus = new Map([...estimate.onBus, [TYPE, from === 'bus' ? ['one'] : []] as const]);
    const usage = sumOf([growth(estimate), publish({ ...estimate, onBus }, TYPE), deliver(estimate, from, taking, false).usage]);
    return { from, usage, costPerMillion: costOf(usage, MILLION) };
  });
}
