import { isChoreographyError } from '../../contract/errors.ts';
import { jitter, type RuntimeContext } from '../context.ts';
import { placeOf } from '../generation.ts';
import type { Invocation } from '../ports/delivery.ts';
import { createWorkspace } from '../transaction/workspace.ts';
import { backToDeadLetter, inPlaceWait, isUncounted } from './failure.ts';
import { commitGroup } from './group-commit.ts';
import { askForWake, isFull, isMember, joinUnit } from './parking.ts';
import { hasTime, laneOf, openRound, type Round } from './round.ts';
import { runRound } from './run-round.ts';
import type { BatchMode, WorkItem } from './work-item.ts';

/** One batch on its way through as many rounds as it takes. */
export interface Batch {
  readonly context: RuntimeContext;
  readonly mode: BatchMode;
  readonly invocation: Invocation;
  readonly items: readonly WorkItem[];
  /** Of the service's state: a replay fills it. @default - where live messages go */
  readonly generation?: number;
}

/** Longest wait after a conflict, in milliseconds. */
const CONFLICT_WAIT_MILLISECONDS_MAX = 400;
const CONFLICT_WAIT_MILLISECONDS = 25;

function conflictWait(context: RuntimeContext, conflicts: number): number {
  return jitter(context, Math.min(CONFLICT_WAIT_MILLISECONDS_MAX, CONFLICT_WAIT_MILLISECONDS * 2 ** conflicts));
}

const pendingOf = ({ items }: Batch) => items.filter(({ state }) => state === 'pending');

/** Whether the failure is the store's or a queue's own: then nothing can be parked either. */
function isStoreDown(error: unknown): boolean {
  return isChoreographyError(error) && (error.code.startsWith('STORE_') || error.code === 'COMMIT_AMBIGUOUS');
}

/** Gives the rest back to the transport: not failed, unfinished. */
function leave(items: readonly WorkItem[]): void {
  for (const item of items) item.state = 'unfinished';
}

/** Puts a saga's messages into its parked line, in one commit, and asks for a wake-up. */
async function park({ context }: Batch, items: readonly WorkItem[]): Promise<void> {
  const [head] = items as [WorkItem, ...WorkItem[]];
  for (let run = 1; run <= context.settings.conflictRunsMax; run += 1) {
    const workspace = createWorkspace(context.ports.store);
    await workspace.load({ sagas: [head.saga] });
    const before = workspace.saga(head.saga);
    const joining = items.filter((item) => !before || !isMember(before, item));
    if (joining.length > 0 && (await isFull(context, before))) break;
    const units = [];
    for (const item of joining) {
      const marker = workspace.saga(head.saga);
      const unit = joinUnit(context, item, marker);
      workspace.apply(unit);
      units.push({ unit, saga: item.saga });
    }
    const results = await commitGroup(context, units);
    if (results.some((result) => result.status === 'again' && result.error)) break;
    if (!results.every(({ status }) => status === 'committed')) {
      await context.ports.clock.sleep(conflictWait(context, run));
      continue;
    }
    for (const item of items) item.state = 'parked';
    context.ports.telemetry.count('sagas-parked', { service: context.service });
    context.ports.telemetry.log({
      level: 'warn',
      message: 'a saga is parked: its messages are tried again in order',
      fields: { service: context.service, saga: head.saga, messages: items.length },
    });
    const marker = workspace.saga(head.saga);
    if (marker) await askForWake(context, marker);
    return;
  }
  leave(items);
}

/** The tries in place are used up: what happens next depends on where the message came from. */
async function exhausted(batch: Batch, item: WorkItem): Promise<void> {
  const { mode, context, generation } = batch;
  const lane = pendingOf(batch).filter((other) => laneOf(context, other) === laneOf(context, item));
  const fills = generation !== undefined; // then the queue keeps it, until its reaction is corrected
  if (mode === 'replay' && !fills) for (const task of item.tasks) backToDeadLetter(task);
  const uncounted = isUncounted(item.failedWith);
  if (!uncounted && item.tasks.some(({ giveUp }) => giveUp)) return; // the next round writes its dead letter
  // The replay queue keeps what it cannot judge: a parked message would forget that it is a redrive.
  const mayPark = mode === 'live' || (mode === 'replay' && !uncounted && !fills);
  if (!mayPark || isStoreDown(item.failedWith)) return leave(lane);
  try {
    await park(batch, lane);
  } catch (error) {
    if (!isUncounted(error)) throw error;
    leave(lane);
  }
}

/** Where everything fails, tries are for parked sagas: they wait longer each time. */
function hasBudget({ retryBudget, ports, service }: Batch['context']): boolean {
  const has = retryBudget.spend();
  if (!has) ports.telemetry.count('retry-budget-spent', { service });
  return has;
}

/** Tries in place: a parked message gets one a wake-up, a live one a few within some seconds. */
function mayTryInPlace({ context, mode }: Batch, item: WorkItem, startedAt: number): boolean {
  const { inPlaceTriesMax, inPlaceMilliseconds } = context.settings;
  if (mode === 'wake' && !isUncounted(item.failedWith)) return false;
  const inTime = item.tries < inPlaceTriesMax && context.ports.clock.now() - startedAt < inPlaceMilliseconds;
  return inTime && hasBudget(context);
}

/** Decides about each item that a round left behind; returns how long to wait before the next one, in milliseconds. */
async function afterRound(batch: Batch, before: ReadonlyMap<WorkItem, number>, startedAt: number): Promise<number> {
  const { context } = batch;
  let wait = 0;
  for (const item of pendingOf(batch)) {
    if (item.state !== 'pending') continue; // its lane was parked or left a moment ago
    if (item.failedWith !== undefined) {
      item.tries += 1;
      if (item.tasks.some(({ giveUp }) => giveUp) && !isUncounted(item.failedWith)) continue;
      if (mayTryInPlace(batch, item, startedAt)) wait = Math.max(wait, inPlaceWait(context, item.tasks[0], item.tries));
      else await exhausted(batch, item);
    } else if (item.conflicts > (before.get(item) ?? 0)) {
      if (item.conflicts >= context.settings.conflictRunsMax) leave([item]);
      else wait = Math.max(wait, conflictWait(context, item.conflicts));
    }
  }
  leaveBehind(batch);
  return wait;
}

/** What comes after an unfinished message of its lane must not overtake it. */
function leaveBehind(batch: Batch): void {
  const lane = (item: WorkItem) => laneOf(batch.context, item);
  const stopped = new Set(batch.items.filter(({ state }) => state === 'unfinished').map(lane));
  leave(pendingOf(batch).filter((item) => stopped.has(lane(item))));
}

/** One round; a store that does not answer fails every item, and no attempt counts. */
async function oneRound(batch: Batch, pending: readonly WorkItem[]): Promise<Pick<Round, 'giveUpsInARow' | 'spent'>> {
  let round: Round | undefined;
  try {
    const place = await placeOf(batch.context, batch.mode, batch.generation);
    if (place === 'closed') leave(pending);
    else if (place === 'gone') for (const item of pending) item.state = 'done';
    if (place === 'closed' || place === 'gone') return { giveUpsInARow: 0, spent: false };
    round = await openRound(place.context, batch.mode, batch.invocation, pending);
    await runRound(round, pending);
  } catch (error) {
    if (!isUncounted(error)) throw error;
    for (const item of pending) item.failedWith = error;
  }
  return round ?? { giveUpsInARow: 0, spent: false };
}

/**
 * Runs a batch to the end: rounds on fresh state, until every item is done, parked, or given back. Returns the longest
 * row of technical give-ups. The number of rounds is bounded by the tries and conflict runs of its items, and by the deadline.
 */
export async function runBatch(batch: Batch): Promise<number> {
  const { context, invocation } = batch;
  const startedAt = context.ports.clock.now();
  context.retryBudget.earn(batch.items.length);
  let giveUpsInARow = 0;
  const roundsMax = context.settings.conflictRunsMax + context.settings.inPlaceTriesMax + batch.items.length;
  for (let round = 1; round <= roundsMax; round += 1) {
    const pending = pendingOf(batch);
    if (pending.length === 0) return giveUpsInARow;
    if (!hasTime(context, invocation)) break;
    const conflicts = new Map(pending.map((item) => [item, item.conflicts]));
    for (const item of pending) item.failedWith = undefined;
    const ended = await oneRound(batch, pending);
    giveUpsInARow = Math.max(giveUpsInARow, ended.giveUpsInARow);
    if (ended.spent) break;
    const wait = await afterRound(batch, conflicts, startedAt);
    if (wait > 0) await context.ports.clock.sleep(wait);
  }
  leave(pendingOf(batch));
  return giveUpsInARow;
}
