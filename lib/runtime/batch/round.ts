import { ChoreographyError } from '../../contract/errors.ts';
import type { RuntimeContext } from '../context.ts';
import type { Claim } from '../journal/claim.ts';
import type { EntityKey, Unit } from '../journal/unit.ts';
import { type Outgoing, outgoingOf } from '../outbox/publish.ts';
import type { Invocation } from '../ports/delivery.ts';
import type { ReadRequest } from '../ports/store.ts';
import { recordsCalls } from '../tasks/decide.ts';
import type { TaskOutcome } from '../tasks/outcome.ts';
import type { TaskEnvironment } from '../tasks/run-reaction.ts';
import type { Task } from '../tasks/task.ts';
import { keyOf } from '../transaction/state-shape.ts';
import { createWorkspace, type Workspace } from '../transaction/workspace.ts';
import { evidenceOf, isUnmapped, noteUnmapped } from './failure.ts';
import { type CommitResult, commitGroup } from './group-commit.ts';
import { reportOutcome } from './report.ts';
import type { BatchMode, WorkItem } from './work-item.ts';

/** One unit on its way into the store, and what it stands for. */
export interface Waiting {
  readonly unit: Unit;
  readonly saga: string;
  readonly item: WorkItem;
  /** Absent: the unit puts the message into the parked line. */
  readonly task?: Task;
  readonly outcome?: TaskOutcome;
  /** It gives up on a technical failure: those in a row pause the consumer. */
  readonly technical?: boolean | undefined;
  /** The item has nothing more to do when this is in. */
  readonly last?: WorkItem['state'];
}

/** One pass over the items that are still pending, on fresh state. */
export interface Round {
  readonly context: RuntimeContext;
  readonly mode: BatchMode;
  readonly invocation: Invocation;
  readonly workspace: Workspace;
  readonly environment: TaskEnvironment;
  /** Lanes (sagas, on the stream) in which something did not get through: what comes after it waits for the next round. By lane, the item it was. */
  readonly blocked: Map<string, WorkItem>;
  waiting: Waiting[];
  readonly outgoing: Outgoing[];
  readonly leftovers: Claim[];
  /** The longest row of technical give-ups, with no success in between, that this round's commits made or went on with. */
  giveUpsInARow: number;
  /** The publish rate gives nothing more before the deadline: the batch ends here. */
  spent: boolean;
}

/** What keeps order: the saga on the stream; on the bus, which has none, each message for itself. */
export function laneOf(context: RuntimeContext, item: WorkItem): string {
  return context.catalog.source === 'stream' ? item.saga : `${item.index}`;
}

/** Whether there is time to begin something new. */
export function hasTime({ ports, settings }: RuntimeContext, { deadline }: Invocation): boolean {
  return ports.clock.now() < deadline - settings.deadlineMarginMilliseconds;
}

/** Starts a round: claims and steps of the whole batch are read first, in one call. @throws STORE_THROTTLED */
export async function openRound(
  context: RuntimeContext,
  mode: BatchMode,
  invocation: Invocation,
  items: readonly WorkItem[],
): Promise<Round> {
  const workspace = createWorkspace(context.ports.store);
  const tasks = items.flatMap((item) => item.tasks);
  const readsMarkers = mode === 'wake' || (mode === 'live' && context.catalog.source === 'stream');
  const needed = {
    claims: tasks.map(({ key }) => key),
    entities: items.flatMap(({ watched }) => watched),
    sagas: readsMarkers ? items.map(({ saga }) => saga) : [],
  };
  await loadHinted(
    workspace,
    needed,
    tasks.flatMap((task) => hintsOf(context, task)),
  );
  const round: Round = {
    context,
    mode,
    invocation,
    workspace,
    environment: { context, workspace, commitNow },
    blocked: new Map(),
    waiting: [],
    outgoing: [],
    leftovers: [],
    giveUpsInARow: 0,
    spent: false,
  };
  async function commitNow(unit: Unit): Promise<boolean> {
    const [result] = await commitGroup(context, [{ unit, saga: '' }]);
    if (result?.status === 'invalid') throw commitRefused(result);
    return result?.status === 'committed';
  }
  return round;
}

/** A hint at a table that was not given must not hold up those who need none: then what is hinted at is read when it is asked for. */
async function loadHinted(workspace: Workspace, needed: ReadRequest, hints: readonly EntityKey[]): Promise<void> {
  try {
    await workspace.load({ ...needed, entities: [...hints, ...(needed.entities ?? [])] });
  } catch (error) {
    if (!isUnmapped(error)) throw error;
    await workspace.load(needed);
  }
}

/** `reads` is a hint: when it throws, what it would have named is read when it is asked for. */
function hintsOf(context: RuntimeContext, { reaction, role, message }: Task): ReturnType<typeof keyOf>[] {
  if (!reaction.reads || role !== 'action') return [];
  try {
    return reaction.reads(message).map(([entity, id]) => keyOf(entity, id));
  } catch (error) {
    context.ports.telemetry.log({
      level: 'warn',
      message: '`reads` failed and is ignored',
      fields: { reaction: reaction.name, error: String(error) },
    });
    return [];
  }
}

/** Adds a unit to the next group commit; what runs after it sees its writes. */
export function enqueue(round: Round, waiting: Waiting): void {
  round.waiting.push(waiting);
  round.workspace.apply(waiting.unit);
}

/** Holds back what comes after an item in its lane. */
export function block(round: Round, item: WorkItem): void {
  round.blocked.set(laneOf(round.context, item), item);
}

/** Whether the reaction works: one that has an outside system behind it must have called it. A failure before the call says nothing. */
function isEvidence({ reaction, role }: Task, { status }: TaskOutcome, { writes }: Unit): boolean {
  if (role === 'trigger') return status === 'undone';
  if (status !== 'done' && status !== 'failed') return false;
  return !recordsCalls(reaction) || writes.some((write) => write.kind === 'claim' && write.put.firstCall !== undefined);
}

/** Returns what is to be waited for, if anything. */
function settleCommitted(round: Round, waiting: Waiting, unit: Unit): Promise<void> | undefined {
  const { item, task, outcome, technical, last } = waiting;
  // As it is stored, with the marker that it shares. What is new is all of its transaction: no later unit stays behind it.
  if (unit !== waiting.unit) round.workspace.apply(unit);
  const outgoing = outgoingOf(unit);
  if (outgoing) round.outgoing.push(outgoing);
  if (technical) round.giveUpsInARow = Math.max(round.giveUpsInARow, round.context.health.gaveUp());
  if (task && outcome) {
    item.tasks = item.tasks.filter((other) => other !== task);
    item.outcomes.set(task.reaction.name, outcome);
    reportOutcome(round.context, task, outcome, unit);
  }
  if (last) item.state = last;
  else if (item.tasks.length === 0 && item.order === undefined) item.state = 'done'; // its other reactions had nothing to commit
  return task && outcome && isEvidence(task, outcome, unit) ? round.context.health.succeeded(evidenceOf(task)) : undefined;
}

/** The same commit would be refused each time. */
function commitRefused({ reason }: CommitResult & { readonly status: 'invalid' }): ChoreographyError {
  return new ChoreographyError('COMMIT_REFUSED', `The store will never take this commit: ${reason}`);
}

function settleRefused(round: Round, { item, task, unit }: Waiting, result: CommitResult): void {
  round.workspace.forget(unit);
  block(round, item);
  if (result.status === 'invalid' && task) {
    const refused = commitRefused(result);
    if (round.context.building !== undefined) {
      item.failedWith = refused;
      return;
    }
    const { code, message } = refused;
    task.giveUp = {
      error: { code, message },
      technical: false,
      phase: task.role === 'trigger' ? 'undo' : 'react',
      hopeless: task.giveUp !== undefined,
    };
    return;
  }
  if (result.status === 'again' && result.error) {
    item.failedWith = result.error;
    if (task && isUnmapped(result.error)) noteUnmapped(round.context, task, result.error);
    return;
  }
  item.conflicts += 1;
  item.watched = unit.writes.flatMap((write) => (write.kind === 'entity' && write.expect === null ? [write.key] : []));
}

/** Commits what waits; refused units are run again in the next round. Returns whether all of it is in. */
export async function flush(round: Round): Promise<boolean> {
  const { waiting } = round;
  if (waiting.length === 0) return true;
  round.waiting = [];
  const results = await commitGroup(round.context, waiting);
  for (const [index, entry] of waiting.entries()) {
    const result = results[index] as CommitResult;
    if (result.status === 'committed') {
      const noted = settleCommitted(round, entry, result.unit);
      if (noted) await noted; // once a minute
    } else settleRefused(round, entry, result);
  }
  return results.every(({ status }) => status === 'committed');
}
