import { ChoreographyError } from '../../contract/errors.ts';
import { labelsOf, type RuntimeContext } from '../context.ts';
import type { Claim } from '../journal/claim.ts';
import type { Unit } from '../journal/unit.ts';
import { type Outgoing, outgoingOf, outgoingOfMarker, publishAll } from '../outbox/publish.ts';
import type { Invocation } from '../ports/delivery.ts';
import { unreadableUnit } from '../tasks/dead-letters.ts';
import { silent, type TaskOutcome, type TaskResult } from '../tasks/outcome.ts';
import { perform, runsOutsideCalls } from '../tasks/perform.ts';
import type { TaskEnvironment } from '../tasks/run-reaction.ts';
import { errorRecord, type Task } from '../tasks/task.ts';
import { keyOf } from '../transaction/state-shape.ts';
import { createWorkspace, type Workspace } from '../transaction/workspace.ts';
import { noteFailure } from './failure.ts';
import { type CommitResult, commitGroup } from './group-commit.ts';
import { isFull, isMember, joinUnit, leaveWrites } from './parking.ts';
import { reportOutcome } from './report.ts';
import type { BatchMode, WorkItem } from './work-item.ts';

/** Units that wait for the next group commit; more than this are committed at once. */
const GROUP_UNITS_MAX = 200;

/** One unit on its way into the store, and what it stands for. */
interface Waiting {
  readonly unit: Unit;
  readonly saga: string;
  readonly item: WorkItem;
  /** Absent: the unit puts the message into the parked line. */
  readonly task?: Task;
  readonly outcome?: TaskOutcome;
  readonly technical: boolean;
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
  /** Lanes (sagas, on the stream) in which something did not get through: what comes after it waits for the next round. */
  readonly blocked: Set<string>;
  waiting: Waiting[];
  readonly outgoing: Outgoing[];
  readonly leftovers: Claim[];
  /** Technical give-ups that were committed. */
  giveUps: number;
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
  await workspace.load({
    claims: tasks.map(({ key }) => key),
    entities: [...tasks.flatMap((task) => hintsOf(context, task)), ...items.flatMap(({ watched }) => watched)],
    sagas: readsMarkers ? items.map(({ saga }) => saga) : [],
  });
  const round: Round = {
    context,
    mode,
    invocation,
    workspace,
    environment: { context, workspace, commitNow },
    blocked: new Set(),
    waiting: [],
    outgoing: [],
    leftovers: [],
    giveUps: 0,
  };
  async function commitNow(unit: Unit): Promise<boolean> {
    const [result] = await commitGroup(context, [{ unit, saga: '' }]);
    return result?.status === 'committed';
  }
  return round;
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

function enqueue(round: Round, waiting: Waiting): void {
  round.waiting.push(waiting);
  round.workspace.apply(waiting.unit);
}

function block(round: Round, item: WorkItem): void {
  round.blocked.add(laneOf(round.context, item));
}

async function settleCommitted(round: Round, { item, task, outcome, unit, technical, last }: Waiting): Promise<void> {
  const outgoing = outgoingOf(unit);
  if (outgoing) {
    round.outgoing.push(outgoing);
    round.context.rate.charge(outgoing.events.length);
  }
  if (technical) round.giveUps += 1;
  if (task && outcome) {
    item.tasks = item.tasks.filter((other) => other !== task);
    item.outcomes.set(task.reaction.name, outcome);
    reportOutcome(round.context, task, outcome, unit);
    if (outcome.status === 'done' || outcome.status === 'failed') await round.context.health.succeeded(task.reaction.name);
  }
  if (last) item.state = last;
}

function settleRefused(round: Round, { item, task, unit }: Waiting, result: CommitResult): void {
  round.workspace.forget(unit);
  block(round, item);
  if (result.status === 'invalid' && task) {
    task.giveUp = {
      error: { code: 'COMMIT_REFUSED', message: `The store will never take this commit: ${result.reason}` },
      technical: false,
      phase: task.role === 'trigger' ? 'undo' : 'react',
    };
    return;
  }
  item.conflicts += 1;
  item.watched = unit.writes.flatMap((write) => (write.kind === 'entity' && write.expect === null ? [write.key] : []));
}

/** Commits what waits; refused units are run again in the next round. */
export async function flush(round: Round): Promise<void> {
  const { waiting } = round;
  if (waiting.length === 0) return;
  round.waiting = [];
  const results = await commitGroup(round.context, waiting);
  for (const [index, entry] of waiting.entries()) {
    const result = results[index] as CommitResult;
    if (result.status === 'committed') await settleCommitted(round, entry);
    else settleRefused(round, entry, result);
  }
}

/** The marker leaves (or shrinks) in the commit that ends the parked message. */
function withLeave(round: Round, item: WorkItem, unit: Unit): Unit {
  const marker = item.order === undefined ? undefined : round.workspace.saga(item.saga);
  return marker ? { ...unit, writes: [...unit.writes, ...leaveWrites(item, marker, unit.id)] } : unit;
}

/** A parked message with nothing left to do takes itself out of the line. */
function leaveOnly(round: Round, item: WorkItem): void {
  const unit = withLeave(round, item, { id: round.context.ports.entropy.uniqueId(), writes: [] });
  if (unit.writes.length === 0) item.state = 'done';
  else enqueue(round, { unit, saga: item.saga, item, technical: false, last: 'done' });
}

async function take(round: Round, item: WorkItem, task: Task, result: TaskResult, alone: boolean): Promise<void> {
  switch (result.kind) {
    case 'unit': {
      const last = item.tasks.length - round.waiting.filter((entry) => entry.item === item && entry.task).length === 1;
      const unit = last ? withLeave(round, item, result.unit) : result.unit;
      enqueue(round, {
        unit,
        saga: item.saga,
        item,
        task,
        outcome: result.outcome,
        technical: result.technical ?? false,
        ...(last ? { last: 'done' as const } : {}),
      });
      if (alone || round.waiting.length >= GROUP_UNITS_MAX) await flush(round);
      return;
    }
    case 'finished':
      item.tasks = item.tasks.filter((other) => other !== task);
      item.outcomes.set(task.reaction.name, result.outcome);
      reportOutcome(round.context, task, result.outcome);
      if (result.leftover) round.leftovers.push(result.leftover);
      return;
    case 'conflict':
      item.conflicts += 1;
      return block(round, item);
    case 'wait':
      item.failedWith = new ChoreographyError('ATTEMPT_RUNNING', `Another attempt of ${task.reaction.name} may still be running.`, {
        retryable: true,
      });
      return block(round, item);
    case 'failed':
      item.failedWith = result.error;
      await noteFailure(round.context, task, result.error);
      return block(round, item);
  }
}

async function runTask(round: Round, item: WorkItem, task: Task): Promise<void> {
  const { context, environment, invocation } = round;
  const started = context.ports.clock.now();
  try {
    const alone = runsOutsideCalls(environment, task, await round.workspace.claim(task.key));
    if (alone) await flush(round); // a reaction with clients never sees what is not committed
    if (round.blocked.has(laneOf(context, item)) && item.failedWith === undefined) return;
    if (!(await context.rate.ready(invocation.deadline - context.settings.deadlineMarginMilliseconds))) return block(round, item);
    await take(round, item, task, await perform(environment, task), alone);
  } catch (error) {
    await take(round, item, task, { kind: 'failed', error }, false);
  }
  context.ports.telemetry.time('reaction', labelsOf(context, task.reaction.name, task.message.type), context.ports.clock.now() - started);
}

/** What can never be read is a dead letter at once; what may be read later waits. */
function handleProblem(round: Round, item: WorkItem, problem: ChoreographyError): void {
  if (problem.retryable) {
    item.failedWith = problem;
    return block(round, item);
  }
  const { entropy, clock } = round.context.ports;
  const parts = {
    consumer: round.context.service,
    reactions: [],
    phase: 'decode' as const,
    message: item.original,
    error: errorRecord(problem),
    source: item.source,
  };
  const unit = unreadableUnit(parts, { commit: entropy.uniqueId(), arrivedAt: Date.parse(item.original.time), nowMs: clock.now() });
  round.context.ports.telemetry.count('dead-letters', { service: round.context.service, type: item.original.type, code: problem.code });
  item.outcomes.set('', silent('dead-lettered', { code: problem.code }));
  enqueue(round, { unit: withLeave(round, item, unit), saga: item.saga, item, technical: false, last: 'done' });
}

/** A later message of a parked saga joins the line: it must not overtake. */
async function join(round: Round, item: WorkItem): Promise<boolean> {
  if (round.mode !== 'live' || round.context.catalog.source !== 'stream') return false;
  const marker = round.workspace.saga(item.saga);
  if (!marker) return false;
  if (isMember(marker, item)) item.state = 'parked';
  else if (await isFull(round.context, marker)) {
    item.state = 'unfinished';
    block(round, item);
  } else enqueue(round, { unit: joinUnit(round.context, item, marker), saga: item.saga, item, technical: false, last: 'parked' });
  return true;
}

async function runItem(round: Round, item: WorkItem): Promise<void> {
  if (await join(round, item)) return;
  if (item.problem) return handleProblem(round, item, item.problem);
  for (const task of [...item.tasks]) {
    if (!hasTime(round.context, round.invocation)) return block(round, item);
    await runTask(round, item, task);
  }
  if (item.tasks.length === 0 && item.state === 'pending') leaveOnly(round, item);
}

/** What a claim that was found finished still has to publish: its markers tell. */
async function leftoversOf({ context, leftovers }: Round): Promise<readonly Outgoing[]> {
  const byMarker = new Map<string, Claim>(
    leftovers.flatMap((claim) =>
      claim.emissions.filter(({ events }) => events.length > 0).map(({ at, commit }) => [`${at}~${commit}`, claim] as const),
    ),
  );
  if (byMarker.size === 0) return [];
  const { outbox } = await context.ports.store.read({ outbox: [...byMarker.keys()] });
  return [...outbox.values()].map((marker) => outgoingOfMarker(marker, byMarker.get(marker.id) as Claim));
}

/** Publishing is the outbox's job: whatever happens here, the records are a success. */
async function publishRound(round: Round): Promise<void> {
  try {
    await publishAll(round.context, [...(await leftoversOf(round)), ...round.outgoing]);
  } catch (error) {
    round.context.ports.telemetry.log({
      level: 'error',
      message: 'publishing failed; the sweep goes on with it',
      fields: { service: round.context.service, error: String(error) },
    });
  }
}

/** Runs one round: each item in order, one group commit (more, where outside calls cut it), then publishing. */
export async function runRound(round: Round, items: readonly WorkItem[]): Promise<void> {
  for (const item of items) {
    if (round.blocked.has(laneOf(round.context, item))) continue;
    if (!hasTime(round.context, round.invocation)) break;
    await runItem(round, item);
  }
  await flush(round);
  await publishRound(round);
}
