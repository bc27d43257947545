import type { Envelope } from '../../contract/envelope.ts';
import type { Claim, RecordedCall } from '../journal/claim.ts';
import type { Write } from '../journal/unit.ts';
import { settleLater } from './claims.ts';
import { recordsCalls } from './decide.ts';
import { finish, outcomeUnknown, thrown } from './finish.ts';
import type { TaskResult } from './outcome.ts';
import { newCommit, type Run, type RunResult, runReaction, type TaskEnvironment } from './run-reaction.ts';
import type { Task } from './task.ts';

async function finishEnded(
  environment: TaskEnvironment,
  task: Task,
  result: RunResult & { kind: 'ended' },
  commit: string,
): Promise<TaskResult> {
  const { ending, claim, work } = result;
  if (ending.kind === 'conflict') return { kind: 'conflict' };
  if (ending.kind === 'unknown') return outcomeUnknown(environment, task, claim, ending);
  const events = ending.kind === 'fail' ? [ending.event] : [];
  const status = ending.kind === 'fail' ? 'failed' : 'refused';
  const refusal = ending.kind === 'refuse' ? { refusal: ending.refusal } : {};
  return finish(environment, task, claim, commit, {
    state: 'failed',
    fields: refusal,
    phase: 'react',
    events,
    writes: work.checks(),
    outcome: { status, ...refusal, events, scheduled: [] },
  });
}

/** A command comes once: if its caller never returns, nobody else would look after what it began. */
function lookAgain({ key, reaction, message }: Task, dueAt: number): Write {
  return settleLater({ saga: message.correlationid, reaction: reaction.name, key }, dueAt, message.id);
}

/** What a step becomes before its first outside call. */
export function startStep(environment: TaskEnvironment, task: Task, undoRequested?: Envelope): Run['begin'] {
  if (!recordsCalls(task.reaction)) return undefined;
  return (before: Claim | undefined, call: RecordedCall) => {
    if (before?.state === 'started') return undefined;
    const runningUntil = environment.context.ports.clock.now() + environment.context.settings.attemptSecondsMax * 1000;
    const fields = { firstCall: call, runningUntil, ...(undoRequested ? { undoRequested } : {}) };
    return { state: 'started', fields, writes: task.source.kind === 'command' ? [lookAgain(task, runningUntil)] : [] };
  };
}

/** Runs `react`, and finishes the claim with what came of it. */
export async function act(environment: TaskEnvironment, task: Task, claim: Claim | undefined): Promise<TaskResult> {
  const commit = newCommit(environment, task);
  const result = await runReaction(environment, task, {
    phase: 'react',
    message: task.message,
    claim,
    commit,
    begin: startStep(environment, task),
    body: (tx, message) => task.reaction.react(message, tx),
  });
  if (result.kind === 'threw') return thrown(task, result.error, result.claim);
  if (result.kind === 'ended') return finishEnded(environment, task, result, commit);
  const { value, running, work } = result;
  const { events, scheduled } = running;
  const data = value === undefined ? {} : { data: value };
  return await finish(environment, task, result.claim, commit, {
    state: 'done',
    fields: data,
    phase: 'react',
    events,
    scheduled,
    writes: work.writes(),
    outcome: { status: 'done', ...data, events, scheduled },
  });
}
