import { ChoreographyError } from '../../contract/errors.ts';
import { labelsOf, lastMoment } from '../context.ts';
import { markerOf } from '../journal/outbox.ts';
import type { SagaMarker } from '../journal/parked.ts';
import type { Unit } from '../journal/unit.ts';
import { type Outgoing, publishAll } from '../outbox/publish.ts';
import { deadLetterId, deadLetterWrite, saysAll, unreadableUnit } from '../tasks/dead-letters.ts';
import { silent, type TaskResult } from '../tasks/outcome.ts';
import { perform, runsOutsideCalls } from '../tasks/perform.ts';
import { errorRecord, type Task } from '../tasks/task.ts';
import { noteFailure } from './failure.ts';
import { leftOutUnit } from './left-out.ts';
import { isFull, isMember, joinUnit, leaveWrites } from './parking.ts';
import { reportOutcome } from './report.ts';
import { block, enqueue, flush, hasTime, laneOf, type Round } from './round.ts';
import type { WorkItem } from './work-item.ts';

/** Units that wait for the next group commit; more than this are committed at once. */
const GROUP_UNITS_MAX = 200;

/** The marker leaves (or shrinks) in the commit that ends the parked message. */
function withLeave(round: Round, item: WorkItem, unit: Unit): Unit {
  const marker = item.order === undefined ? undefined : round.workspace.saga(item.saga);
  return marker ? { ...unit, writes: [...unit.writes, ...leaveWrites(item, marker, unit.id)] } : unit;
}

/** A parked message with nothing left to do takes itself out of the line. */
function leaveOnly(round: Round, item: WorkItem): void {
  const unit = withLeave(round, item, { id: round.context.ports.entropy.uniqueId(), writes: [] });
  if (unit.writes.length === 0) item.state = 'done';
  else enqueue(round, { unit, saga: item.saga, item, last: 'done' });
}

/** Tasks of an item whose units wait: they are the last in line, as items run one after the other. */
function waitingOf({ waiting }: Round, item: WorkItem): number {
  let count = 0;
  for (let at = waiting.length - 1; at >= 0 && waiting[at]?.item === item; at -= 1) if (waiting[at]?.task) count += 1;
  return count;
}

async function take(round: Round, item: WorkItem, task: Task, result: TaskResult, alone: boolean): Promise<void> {
  switch (result.kind) {
    case 'unit': {
      round.context.rate.charge(result.outcome.events.length); // before the next reaction runs, not when this one is in
      const last = item.tasks.length - waitingOf(round, item) === 1;
      const unit = last ? withLeave(round, item, result.unit) : result.unit;
      enqueue(round, {
        unit,
        saga: item.saga,
        item,
        task,
        outcome: result.outcome,
        technical: result.technical,
        last: last ? 'done' : undefined,
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

/** Whether something before a task did not get through. A reaction that failed does not hold back the others on its own message. */
function isHeldBack(round: Round, item: WorkItem): boolean {
  const by = round.blocked.get(laneOf(round.context, item));
  return by !== undefined && (by !== item || item.failedWith === undefined);
}

/** What a part throws is this task's failure, and nobody else's. */
async function attempt<Value>(part: () => Promise<Value>): Promise<Value | (TaskResult & { readonly kind: 'failed' })> {
  try {
    return await part();
  } catch (error) {
    return { kind: 'failed', error };
  }
}

async function runTask(round: Round, item: WorkItem, task: Task): Promise<void> {
  const { context, environment, invocation } = round;
  const started = context.ports.clock.now();
  const mayCall = task.reaction.callsOutside; // most do not: then there is nothing to look up
  const alone = mayCall && (await attempt(async () => runsOutsideCalls(environment, task, await round.workspace.claim(task.key))));
  if (typeof alone !== 'boolean') return take(round, item, task, alone, false);
  if (alone) await flush(round); // a reaction with clients never sees what is not committed
  if (isHeldBack(round, item)) return;
  if (context.rate.empty()) {
    await flush(round); // what is ready does not wait with it
    if (!(await context.rate.ready(invocation.deadline - context.settings.deadlineMarginMilliseconds))) {
      round.spent = true;
      return;
    }
  }
  const result = await attempt(() => perform(environment, task));
  // What failed over state that does not get in has not failed: it runs again on what is there.
  const stale = result.kind === 'failed' && !(await flush(round));
  await take(round, item, task, stale ? { kind: 'conflict' } : result, alone);
  context.ports.telemetry.time('reaction', labelsOf(context, task.reaction.name, task.message.type), context.ports.clock.now() - started);
}

/** What can never be read is a dead letter at once; what may be read later waits. */
async function handleProblem(round: Round, item: WorkItem, problem: ChoreographyError): Promise<void> {
  if (problem.retryable) {
    item.failedWith = problem;
    return block(round, item);
  }
  if (round.context.building !== undefined) return leaveOut(round, item, problem);
  const unit = await problemUnit(round, item, problem);
  if (unit.writes.length === 0) return leaveOnly(round, item);
  round.context.ports.telemetry.count('dead-letters', { service: round.context.service, type: item.original.type, code: problem.code });
  item.outcomes.set('', silent('dead-lettered', { code: problem.code }));
  enqueue(round, { unit: withLeave(round, item, unit), saga: item.saga, item, last: 'done' });
}

/** It has a document already, of live messages: the generation that is filled goes without it, as the current one does. */
async function leaveOut(round: Round, item: WorkItem, problem: ChoreographyError): Promise<void> {
  const unit = await leftOutUnit(round, item, problem);
  if (unit.writes.length === 0) item.state = 'done';
  else enqueue(round, { unit, saga: item.saga, item, last: 'done' });
}

/** Its document: a new one, or the one that a redrive came from, opened again with its count. Nothing, if the one that is there says all. */
async function problemUnit(round: Round, item: WorkItem, problem: ChoreographyError): Promise<Unit> {
  const { entropy, clock } = round.context.ports;
  const at = { commit: entropy.uniqueId(), nowMs: clock.now() };
  const parts = {
    consumer: round.context.service,
    reactions: [],
    phase: 'decode' as const,
    message: item.original,
    error: errorRecord(problem),
    source: item.source,
  };
  const arrivedAt = Date.parse(item.original.time);
  const from = item.deadLetter === undefined ? undefined : await round.workspace.deadLetter(item.deadLetter);
  const before = from ?? (await round.workspace.deadLetter(deadLetterId(parts, arrivedAt)));
  if (!before) return unreadableUnit(parts, { ...at, arrivedAt });
  if (saysAll(before, { redriven: from !== undefined, original: item.original })) return { id: at.commit, writes: [] };
  const { reactions, phase } = before;
  const write = deadLetterWrite({ ...parts, reactions, phase }, before, { ...at, redrivesMax: round.context.settings.redrivesMax });
  return { id: at.commit, writes: [write] };
}

/** The line that a message has to join, when its saga is parked. */
function lineOf({ mode, context, workspace }: Round, { saga }: WorkItem): SagaMarker | undefined {
  return mode === 'live' && context.catalog.source === 'stream' ? workspace.saga(saga) : undefined;
}

/** A later message of a parked saga joins the line: it must not overtake. */
async function join(round: Round, item: WorkItem, marker: SagaMarker): Promise<void> {
  if (isMember(marker, item)) item.state = 'parked';
  else if (await isFull(round.context, marker)) item.state = 'unfinished';
  else enqueue(round, { unit: joinUnit(round.context, item, marker), saga: item.saga, item, last: 'parked' });
}

async function runItem(round: Round, item: WorkItem): Promise<void> {
  const line = lineOf(round, item);
  if (line) return join(round, item, line);
  if (item.problem) return handleProblem(round, item, item.problem);
  for (const task of [...item.tasks]) {
    if (round.spent || !hasTime(round.context, round.invocation)) return block(round, item);
    await runTask(round, item, task);
  }
  if (item.tasks.length === 0) leaveOnly(round, item);
}

/** What a claim that was found finished still has to publish: its markers tell. */
async function leftoversOf({ context, leftovers }: Round): Promise<readonly Outgoing[]> {
  const asked = leftovers.flatMap(({ emissions }) =>
    emissions.filter(({ events }) => events.length > 0).map((emission) => ({ emission, marker: markerOf(emission) })),
  );
  if (asked.length === 0) return [];
  const { outbox } = await context.ports.store.read({ outbox: asked.map(({ marker }) => marker) });
  return asked.flatMap(({ emission, marker: id }) => {
    const marker = outbox.get(id);
    const waits = marker?.entries.some(({ commit }) => commit === emission.commit);
    return marker && waits ? [{ marker, commit: emission.commit, events: emission.events }] : [];
  });
}

/** Publishing is the outbox's job: whatever happens here, the records are a success. */
async function publishRound(round: Round): Promise<void> {
  try {
    const { context, invocation } = round;
    await publishAll(context, [...(await leftoversOf(round)), ...round.outgoing], lastMoment(context, invocation));
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
  try {
    for (const item of items) {
      if (round.blocked.has(laneOf(round.context, item))) continue;
      if (round.spent || !hasTime(round.context, round.invocation)) break;
      await runItem(round, item);
    }
    await flush(round);
  } finally {
    await publishRound(round);
  }
}
