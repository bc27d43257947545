import type { Envelope } from '../../contract/envelope.ts';
import type { ChoreographyError } from '../../contract/errors.ts';
import type { AnyTransaction } from '../../contract/reaction-checks.ts';
import type { RuntimeContext } from '../context.ts';
import type { Claim, RecordedCall } from '../journal/claim.ts';
import type { Unit } from '../journal/unit.ts';
import { cloneJson } from '../message/json.ts';
import type { RunSpan, TracedEnd } from '../ports/tracing.ts';
import { createOutsideCalls, noCalls, notRepeated, type OutsideCalls } from '../transaction/outside-calls.ts';
import { type Ending, Signal } from '../transaction/signal.ts';
import { copyState } from '../transaction/state-shape.ts';
import { createTransaction, type Phase, type RunningTransaction } from '../transaction/transaction.ts';
import { createUnitOfWork, type UnitOfWork } from '../transaction/unit-of-work.ts';
import type { Workspace } from '../transaction/workspace.ts';
import { claimUnit } from './claims.ts';
import type { Task } from './task.ts';

/** What a task is run with. */
export interface TaskEnvironment {
  readonly context: RuntimeContext;
  readonly workspace: Workspace;
  /** Commits one unit now, apart from the group; `false`: what it was based on has changed. @throws COMMIT_REFUSED */
  commitNow(unit: Unit): Promise<boolean>;
}

/** One run of `react`, `undo` or `onGiveUp`. */
export interface Run {
  readonly phase: Phase;
  readonly message: Envelope;
  readonly claim: Claim | undefined;
  readonly commit: string;
  /** What the claim becomes before the first outside call; absent: it is not recorded. */
  readonly begin?: (
    before: Claim | undefined,
    call: RecordedCall,
  ) => Pick<Parameters<typeof claimUnit>[0], 'state' | 'fields' | 'writes'> | undefined;
  /** Gets a copy of the message: what it changes in it must not reach other reactions, a rerun or the journal. */
  readonly body: (tx: AnyTransaction, message: Envelope) => unknown;
}

/** How a run ended. `claim`: as it is now, after what the run committed on its own. */
export type RunResult = { readonly claim: Claim | undefined; readonly work: UnitOfWork } & (
  | { readonly kind: 'returned'; readonly value: unknown; readonly running: RunningTransaction }
  | { readonly kind: 'ended'; readonly ending: Ending }
  | { readonly kind: 'threw'; readonly error: unknown }
);

/** A commit id of this task. */
export function newCommit({ context }: TaskEnvironment, task: Task): string {
  const commit = context.ports.entropy.uniqueId();
  task.ownCommits.add(commit);
  return commit;
}

function beginCalls(
  environment: TaskEnvironment,
  task: Task,
  run: Run,
  state: { claim: Claim | undefined },
  end: (signal: Signal) => never,
) {
  return async (call: RecordedCall): Promise<void> => {
    const next = run.begin?.(state.claim, call);
    if (!next) return;
    const { context } = environment;
    const commit = newCommit(environment, task);
    const unit = claimUnit({ commit, nowMs: context.ports.clock.now(), task, before: state.claim, settings: context.settings, ...next });
    if (!(await environment.commitNow(unit))) end(new Signal({ kind: 'conflict' }));
    environment.workspace.apply(unit);
    const [write] = unit.writes;
    if (write?.kind === 'claim') state.claim = write.put;
  };
}

/** An earlier attempt's call has to come again before this one may end, in whatever way: otherwise nobody knows what it did. */
function endingOf(running: RunningTransaction, recorded: RecordedCall | undefined, called: boolean): Ending | undefined {
  const ending = running.ending();
  if (ending?.kind === 'conflict' || ending?.kind === 'unknown') return ending;
  return recorded && !called ? notRepeated(recorded).ending : ending;
}

/** The gate before a publication: what does not meet its schema is counted and logged, without values of sensitive fields. */
function reportViolation(
  { ports: { telemetry }, service }: RuntimeContext,
  reaction: string,
  { message, details }: ChoreographyError,
): void {
  telemetry.count('schema-violation', { service, reaction, type: String(details['type']) });
  const fields = { service, reaction, ...details, error: message };
  telemetry.log({ level: 'error', message: 'an event does not meet its schema and is not published', fields });
}

/** The call that an earlier attempt recorded: it counts also where a deploy took the clients from the reaction meanwhile. */
function recordedCall({ phase, claim }: Run): RecordedCall | undefined {
  return phase === 'react' ? claim?.firstCall : claim?.undoCall;
}

/** What the calls of a run go through; `running`: there as soon as one is made. */
function callsOf(
  environment: TaskEnvironment,
  task: Task,
  run: Run,
  state: { claim: Claim | undefined },
  running: () => RunningTransaction,
): OutsideCalls {
  const { context } = environment;
  const { reaction, memory } = task;
  if (run.phase === 'give-up' || Object.keys(reaction.clients).length === 0) return noCalls;
  const end = (signal: Signal): never => running().end(signal);
  return createOutsideCalls({
    declared: reaction.clients,
    clients: context.clients,
    recorded: recordedCall(run),
    repeats: run.phase === 'react',
    scope: run.phase,
    memory,
    repeatable: reaction.delivery === 'at-least-once',
    now: () => context.ports.clock.now(),
    begin: beginCalls(environment, task, run, state, end),
    checkOpen: () => running().checkOpen(),
    end,
  });
}

function tracedEnd(result: RunResult): TracedEnd {
  if (result.kind === 'threw') return { outcome: 'error', error: result.error };
  if (result.kind === 'returned') return { outcome: 'done' };
  const { ending } = result;
  if (ending.kind === 'unknown') return { outcome: 'error', error: ending.error };
  return { outcome: ending.kind === 'fail' ? 'failed' : ending.kind === 'refuse' ? 'refused' : 'conflict' };
}

/** Runs one body over the workspace, inside of a span where there is tracing, and says how it ended. Never throws. */
export async function runReaction(environment: TaskEnvironment, task: Task, run: Run): Promise<RunResult> {
  const { service, ports } = environment.context;
  const { phase, message } = run;
  const span = ports.tracing?.begin({ service, reaction: task.reaction.name, phase, message, redriven: task.redriven });
  if (!span) return runBody(environment, task, run);
  const result = await runBody(environment, task, run, span);
  span.end(tracedEnd(result));
  return result;
}

async function runBody(environment: TaskEnvironment, task: Task, run: Run, span?: RunSpan): Promise<RunResult> {
  const { context, workspace } = environment;
  const { reaction } = task;
  const state = { claim: run.claim };
  const recorded = run.phase === 'react' ? recordedCall(run) : undefined;
  const work = createUnitOfWork(workspace, run.commit);
  const calls = callsOf(environment, task, run, state, () => running);
  const running: RunningTransaction = createTransaction({
    service: context.service,
    reaction,
    phase: run.phase,
    message: run.message,
    work,
    clients: calls.clients,
    now: context.ports.clock.now(),
    ...(span ? { trace: span.context } : {}),
    onViolation: (error) => reportViolation(context, reaction.name, error),
  });
  try {
    const message = { ...run.message, data: cloneJson(run.message.data) };
    const returned: unknown = await (span ? span.within(async () => run.body(running.tx, message)) : run.body(running.tx, message));
    await calls.begun(); // of a call that nobody waits for too, the record is part of the claim
    const value = returned === undefined || run.phase !== 'react' ? undefined : copyState(returned, `What ${reaction.name} returned`);
    const ending = endingOf(running, recorded, calls.called());
    return ending ? { kind: 'ended', ending, claim: state.claim, work } : { kind: 'returned', value, running, claim: state.claim, work };
  } catch (error) {
    await calls.begun().catch(() => undefined);
    const ending = running.ending() && endingOf(running, recorded, calls.called());
    if (ending) return { kind: 'ended', ending, claim: state.claim, work };
    return { kind: 'threw', error: error ?? new Error(`${reaction.name} threw nothing`), claim: state.claim, work };
  } finally {
    running.close();
  }
}
