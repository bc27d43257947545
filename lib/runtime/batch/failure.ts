import { type ChoreographyError, isChoreographyError } from '../../contract/errors.ts';
import { backoff, jitter, labelsOf, type RuntimeContext } from '../context.ts';
import { errorRecord, type Task } from '../tasks/task.ts';

/** The function was not given a table that the team brought: what needs it waits for the deploy that does. */
const TABLE_UNMAPPED = 'TABLE_UNMAPPED';

/** Errors that say nothing about the message: they never count as attempts. */
const uncounted: ReadonlySet<string> = new Set([
  'STORE_THROTTLED',
  'STORE_UNAVAILABLE',
  'COMMIT_AMBIGUOUS',
  'QUEUE_UNAVAILABLE',
  'PUBLISH_UNAVAILABLE',
  'STATE_NEWER',
  'UNKNOWN_VERSION',
  'ATTEMPT_RUNNING',
  TABLE_UNMAPPED,
]);

/** Longest wait between tries in place, in milliseconds. */
const IN_PLACE_WAIT_MILLISECONDS_MAX = 1_500;

/** Whether an error is about store, queue, a neighbour or the deployment, not about the message. */
export function isUncounted(error: unknown): boolean {
  return isChoreographyError(error) && uncounted.has(error.code);
}

/** Whether the function was not given a table that the team brought. */
export function isUnmapped(error: unknown): error is ChoreographyError {
  return isChoreographyError(error) && error.code === TABLE_UNMAPPED;
}

/** Says which table a task waits for. */
export function noteUnmapped(context: RuntimeContext, task: Task, { message }: ChoreographyError): void {
  const fields = { ...labelsOf(context, task.reaction.name, task.message.type), error: message };
  context.ports.telemetry.log({ level: 'error', message: 'a reaction waits for a table', fields });
}

/** Whether trying again can help at all. */
function isRetryable(error: unknown): boolean {
  return (error as { retryable?: unknown } | null)?.retryable !== false;
}

async function mayGiveUp(context: RuntimeContext, task: Task): Promise<boolean> {
  const { failure, reaction } = task;
  if (!failure || failure.attempts < reaction.retry.attempts) return false;
  if (reaction.onGiveUp && task.role !== 'trigger') return true; // others are told, so there is nothing to wait for
  const ageSeconds = (failure.lastAt - failure.firstAt) / 1000;
  return ageSeconds >= context.settings.giveUpAgeSeconds && hasEvidence(context, evidenceOf(task), failure.firstAt);
}

/** What has to have worked meanwhile: an undo calls something else than the reaction. */
export function evidenceOf({ reaction, role }: Pick<Task, 'reaction' | 'role'>): string {
  return role === 'trigger' ? `${reaction.name} undo` : reaction.name;
}

/** Without another success since, an outage is assumed: the message stays parked under an alarm. So it does when nobody can tell. */
async function hasEvidence(context: RuntimeContext, reaction: string, since: number): Promise<boolean> {
  try {
    return await context.health.succeededSince(reaction, since);
  } catch (error) {
    if (!isUncounted(error)) throw error;
    return false;
  }
}

/** Counts a technical failure and decides whether the task gives up in the next round. */
export async function noteFailure(context: RuntimeContext, task: Task, error: unknown): Promise<void> {
  const { telemetry, clock } = context.ports;
  const labels = labelsOf(context, task.reaction.name, task.message.type);
  if (isUnmapped(error)) noteUnmapped(context, task, error);
  if (isUncounted(error)) return telemetry.count('throttled', labels);
  const now = clock.now();
  const record = errorRecord(error);
  task.failure = { attempts: (task.failure?.attempts ?? 0) + 1, firstAt: task.failure?.firstAt ?? now, lastAt: now, error: record };
  telemetry.count('technical-failures', labels);
  telemetry.log({
    level: 'warn',
    message: 'a reaction failed and is tried again',
    fields: {
      ...labels,
      id: task.message.id,
      saga: task.message.correlationid,
      attempts: task.failure.attempts,
      code: record.code,
      error: record.message,
    },
  });
  if (task.giveUp || context.building !== undefined) return;
  const phase = task.role === 'trigger' ? 'undo' : 'react';
  if (!isRetryable(error)) task.giveUp = { error: record, technical: false, phase };
  else if (await mayGiveUp(context, task)) task.giveUp = { error: record, technical: !task.redriven, phase }; // an operator's redrive does not pause the consumer
}

/** A redrive that fails again goes back to its dead letter. */
export function backToDeadLetter(task: Task): void {
  if (!task.failure || task.giveUp || !(task.wasGivenUp || task.deadLetter !== undefined)) return;
  task.giveUp = { error: task.failure.error, technical: false, phase: task.role === 'trigger' ? 'undo' : 'react' };
}

/** The wait before the next try in place, in milliseconds. */
export function inPlaceWait(context: RuntimeContext, task: Task | undefined, tries: number): number {
  const base = (task?.reaction.retry.backoffSeconds ?? 1) * 500;
  return jitter(context, backoff(Math.min(base, IN_PLACE_WAIT_MILLISECONDS_MAX), tries, IN_PLACE_WAIT_MILLISECONDS_MAX));
}
