import { ChoreographyError } from '../../contract/errors.ts';
import { runBatch } from '../batch/batch.ts';
import { commitGroup } from '../batch/group-commit.ts';
import { wakeSeconds } from '../batch/parking.ts';
import { emptyItem } from '../batch/work-item.ts';
import type { RuntimeContext } from '../context.ts';
import type { Claim } from '../journal/claim.ts';
import type { ErrorRecord } from '../journal/dead-letter.ts';
import { hashOf } from '../journal/hash.ts';
import { type ItemKey, keyText, stepKey } from '../journal/item-key.ts';
import type { FailureRecord } from '../journal/parked.ts';
import type { Write } from '../journal/unit.ts';
import { decodeEnvelope } from '../message/decode.ts';
import { decodeLearning } from '../message/newer-versions.ts';
import type { DeliveryResult, Invocation, ReplayDelivery } from '../ports/delivery.ts';
import type { ReplaySend, ReplayTask } from '../ports/replay-queue.ts';
import type { TransportFailure } from '../service-runtime.ts';
import { deadLetterWrite } from '../tasks/dead-letters.ts';
import { createTask, errorRecord, type Task } from '../tasks/task.ts';
import { drainItem } from './drain.ts';

const done: DeliveryResult = { status: 'done' };

type SettleTask = ReplayTask & { kind: 'settle' };

/** Seconds within which a task that is tried has noted a failure: some times what lies between two tries (`wakeSecondsMax`). */
const NOTED_SECONDS = 3_600;
/** Seconds between two notes of what counts as no attempt. */
const NOTE_SECONDS = 900;

/** Asks for settling. `id`: what asks; asked twice by the same within minutes, it is asked for once. */
export function settleSend({ saga, reaction, key }: Omit<SettleTask, 'kind'>, id: string): ReplaySend {
  return {
    task: { kind: 'settle', saga, reaction, ...(key ? { key } : {}) },
    group: hashOf('saga', saga),
    deduplicationId: hashOf('settle', id),
  };
}

async function readClaim(context: RuntimeContext, key: ItemKey): Promise<Claim | undefined> {
  return (await context.ports.store.read({ claims: [key] })).claims.get(keyText(key));
}

/** The claim that a task is about, if it is still to be looked after. */
async function openClaim(context: RuntimeContext, asked: SettleTask): Promise<(Claim & Required<Pick<Claim, 'message'>>) | undefined> {
  const { saga, reaction, key } = asked;
  const claim = await readClaim(context, key ?? stepKey(saga, reaction));
  if (claim?.state !== 'started' || !claim.message || !(claim.undoRequested || key)) return undefined;
  return { ...claim, message: claim.message };
}

/** Changes a claim beside its state. `false`: it has changed meanwhile. */
async function amend(
  context: RuntimeContext,
  claim: Claim,
  fields: Partial<Claim>,
  commit: string,
  more: readonly Write[] = [],
): Promise<boolean> {
  const put: Claim = { ...claim, ...fields, version: commit };
  const [result] = await commitGroup(context, [
    { unit: { id: commit, writes: [{ kind: 'claim', key: claim.key, expect: claim.version, put }, ...more] }, saga: claim.saga },
  ]);
  return result?.status === 'committed';
}

function reactionGone({ service }: RuntimeContext, { kind, reaction, saga }: Claim): ErrorRecord {
  return {
    code: 'REACTION_GONE',
    message: `${reaction} began an outside call in saga ${saga} that has to be looked after, and ${service} has no such reaction ${kind === 'step' ? 'with' : 'without'} a compensation any more; deploy it again as it was.`,
  };
}

/**
 * What is to be looked after, and its message cannot be read, or its reaction is not in this deployment any more, or claims
 * in another way, so that it would begin anew: somebody has to see that.
 */
async function reportGone(
  context: RuntimeContext,
  claim: Claim,
  { source, attempt }: ReplayDelivery,
  problem: ChoreographyError | undefined,
): Promise<DeliveryResult> {
  if (claim.deadLetters.length > 0) return done;
  const { entropy, clock, telemetry } = context.ports;
  const commit = entropy.uniqueId();
  const error = problem ? errorRecord(problem) : reactionGone(context, claim);
  const parts = {
    consumer: context.service,
    reactions: [claim.reaction],
    phase: 'undo' as const,
    error,
    source,
    ...(claim.message ? { message: claim.message } : {}),
  };
  const write = deadLetterWrite(parts, undefined, { commit, nowMs: clock.now(), redrivesMax: context.settings.redrivesMax });
  telemetry.count('dead-letters', { service: context.service, code: error.code });
  const written = await amend(context, claim, { deadLetters: [write.id] }, commit, [write]);
  return written ? done : { status: 'retry', afterSeconds: wakeSeconds(context, attempt, undefined) };
}

/** What there is to note: an attempt, or, now and then, that it was tried and something else stood in the way. */
function noteOf(claim: Claim, failure: FailureRecord | undefined, failedWith: unknown, now: number): FailureRecord | undefined {
  const { settleFailure: before, runningUntil = 0 } = claim;
  if (failure && failure.attempts !== before?.attempts) return failure;
  // While an attempt may be running, its claim is left as it is.
  if (failedWith === undefined || runningUntil > now || (before && before.lastAt > now - NOTE_SECONDS * 1000)) return undefined;
  return { attempts: 0, firstAt: now, ...before, lastAt: now, error: errorRecord(failedWith) };
}

/** Counts attempts in the claim: receives of the queue also count what a throttled store cost. */
async function noteAttempt(context: RuntimeContext, key: ItemKey, failure: FailureRecord | undefined, failedWith: unknown): Promise<void> {
  const claim = await readClaim(context, key);
  const settleFailure = claim?.state === 'started' ? noteOf(claim, failure, failedWith, context.ports.clock.now()) : undefined;
  if (claim && settleFailure) await amend(context, claim, { settleFailure }, context.ports.entropy.uniqueId());
}

/** An error: why its message cannot be read. `undefined`: no reaction of this deployment has that claim. */
async function taskOf(context: RuntimeContext, claim: Claim, source: Task['source']): Promise<Task | ChoreographyError | undefined> {
  const reaction = context.catalog.reactions.get(claim.reaction);
  const { message: stored } = claim;
  if (!reaction || !stored) return undefined;
  const decoded = await decodeLearning(context, () => decodeEnvelope(stored, context.catalog));
  if (decoded.kind === 'malformed') return decoded.error;
  if (decoded.kind === 'ignored') return undefined;
  const { message, original } = decoded;
  const { settleFailure: failure } = claim;
  const task = createTask({
    reaction,
    role: claim.undoRequested ? 'settle' : 'action',
    message,
    original,
    source,
    redriven: false,
    ...(failure && failure.attempts > 0 ? { failure } : {}),
  });
  return keyText(task.key) === keyText(claim.key) ? task : undefined;
}

/**
 * Looks after a claim that is `started` although its attempt must have ended: it is settled and undone where that was
 * asked for, and a command's, which nobody delivers again, is finished.
 */
export async function settleClaim(
  context: RuntimeContext,
  asked: SettleTask,
  delivery: ReplayDelivery,
  invocation: Invocation,
): Promise<DeliveryResult> {
  const claim = await openClaim(context, asked);
  if (!claim) return done;
  const task = await taskOf(context, claim, delivery.source);
  if (task instanceof ChoreographyError && task.retryable) {
    await noteAttempt(context, claim.key, undefined, task); // e.g. the deployment beside this one knows its version
    return { status: 'retry', afterSeconds: wakeSeconds(context, delivery.attempt, undefined) };
  }
  if (!task || task instanceof ChoreographyError) return reportGone(context, claim, delivery, task);
  const item = emptyItem(0, claim.message, delivery.source, [task]);
  await runBatch({ context, mode: 'wake', invocation, items: [item] });
  if (item.state === 'done') return done;
  await noteAttempt(context, claim.key, task.failure, item.failedWith);
  return { status: 'retry', afterSeconds: wakeSeconds(context, delivery.attempt, item) };
}

/**
 * A task that the transport gave up on. Nobody else asks for it again, as what was due is cleared when it is sent. While its
 * tries note their failures, it is asked for again: an outage may be long. If none did, the function ends without an answer
 * each time, and the claim becomes a dead letter. @throws what store and queue throw
 */
export async function drainSettle(
  context: RuntimeContext,
  delivery: ReplayDelivery,
  failure: TransportFailure,
  invocation: Invocation,
): Promise<DeliveryResult> {
  const { task: asked, source } = delivery;
  if (asked.kind !== 'settle') return done;
  const claim = await openClaim(context, asked);
  if (!claim) return done;
  const { lastAt = Number.NEGATIVE_INFINITY } = claim.settleFailure ?? {};
  if (lastAt > context.ports.clock.now() - NOTED_SECONDS * 1000) {
    await context.ports.replayQueue.send([settleSend(asked, JSON.stringify(source))]);
    return done;
  }
  const task = await taskOf(context, claim, source);
  if (!task || task instanceof ChoreographyError) return reportGone(context, claim, delivery, task);
  return drainItem(context, emptyItem(0, claim.message, source, [task]), failure, invocation);
}
