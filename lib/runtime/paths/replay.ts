import type { Envelope } from '../../contract/envelope.ts';
import { runBatch } from '../batch/batch.ts';
import { isUncounted } from '../batch/failure.ts';
import { commitGroup } from '../batch/group-commit.ts';
import { againUnit, wakeSeconds } from '../batch/parking.ts';
import { createItem, emptyItem, tooOld, unreadableItem, type WorkItem } from '../batch/work-item.ts';
import type { RuntimeContext } from '../context.ts';
import type { SourcePosition } from '../journal/dead-letter.ts';
import { keyText, stepKey } from '../journal/item-key.ts';
import type { ParkedMessage } from '../journal/parked.ts';
import { decodeEnvelope } from '../message/decode.ts';
import type { DeliveryResult, Invocation, ReplayDelivery } from '../ports/delivery.ts';
import type { ReplayTask } from '../ports/replay-queue.ts';
import { createTask } from '../tasks/task.ts';

const done: DeliveryResult = { status: 'done' };
const retry = (afterSeconds: number): DeliveryResult => ({ status: 'retry', afterSeconds: Math.max(1, Math.ceil(afterSeconds)) });

function parkedItem(context: RuntimeContext, parked: ParkedMessage, index: number): WorkItem {
  const decoded = decodeEnvelope(parked.message, context.catalog);
  if (decoded.kind === 'malformed') return unreadableItem(index, parked.message, parked.source, decoded.error, parked.order);
  if (decoded.kind === 'ignored') return { ...emptyItem(index, parked.message, parked.source, [], parked.order), state: 'pending' };
  const old = tooOld(context, decoded.message);
  if (old) return unreadableItem(index, parked.message, parked.source, old, parked.order);
  return createItem({
    index,
    decoded,
    source: parked.source,
    order: parked.order,
    failures: parked.failures,
    redriven: parked.message.replayid !== undefined,
  });
}

/** Notes what failed again and says when to come back. A lost race for the marker is no harm: somebody else is at it. */
async function again(context: RuntimeContext, saga: string, items: readonly WorkItem[]): Promise<DeliveryResult> {
  const { sagas } = await context.ports.store.read({ sagas: [saga] });
  const marker = sagas.get(saga);
  if (!marker) return done;
  const failed = items.filter(
    ({ state, failedWith, order }) =>
      state === 'unfinished' && failedWith !== undefined && marker.members.some((member) => member.order === order),
  );
  if (failed.length === 0) return retry(1);
  const afterSeconds = wakeSeconds(context, marker.tries + 1, failed[0]);
  await commitGroup(context, [{ unit: againUnit(context, failed, marker, afterSeconds), saga }]);
  return retry(afterSeconds);
}

/** Tries a parked saga's messages again: in order on the stream, each for itself on the bus. */
async function wake(context: RuntimeContext, saga: string, invocation: Invocation): Promise<{ result: DeliveryResult; giveUps: number }> {
  const { store, clock, telemetry } = context.ports;
  const { sagas } = await store.read({ sagas: [saga] });
  const marker = sagas.get(saga);
  if (!marker) return { result: done, giveUps: 0 };
  if (marker.wakeAt > clock.now()) return { result: retry((marker.wakeAt - clock.now()) / 1000), giveUps: 0 };
  const parked = await store.listParked(saga, context.settings.parkedMessagesMax);
  const items = parked.map((message, index) => parkedItem(context, message, index));
  const giveUps = await runBatch({ context, mode: 'wake', invocation, items });
  const result = await again(context, saga, items);
  if (result.status === 'done') telemetry.count('sagas-unparked', { service: context.service });
  return { result, giveUps };
}

async function settleStep(
  context: RuntimeContext,
  task: ReplayTask & { kind: 'settle' },
  delivery: ReplayDelivery,
  invocation: Invocation,
): Promise<DeliveryResult> {
  const reaction = context.catalog.reactions.get(task.reaction);
  const key = stepKey(task.saga, task.reaction);
  const claim = (await context.ports.store.read({ claims: [key] })).claims.get(keyText(key));
  if (!reaction || claim?.state !== 'started' || !claim.undoRequested || !claim.message) return done;
  const now = context.ports.clock.now();
  const failure = {
    attempts: delivery.attempt - 1,
    firstAt: claim.runningUntil ?? now,
    lastAt: now,
    error: { code: 'REACTION_FAILED', message: 'settling failed' },
  };
  const settling = createTask({
    reaction,
    role: 'settle',
    message: claim.message,
    original: claim.message,
    payloadHash: claim.payloadHash ?? '',
    source: delivery.source,
    redriven: false,
    ...(delivery.attempt > 1 ? { failure } : {}),
  });
  const item = emptyItem(0, claim.message, delivery.source, [settling]);
  await runBatch({ context, mode: 'wake', invocation, items: [item] });
  return item.state === 'done' ? done : retry(wakeSeconds(context, delivery.attempt, item));
}

/** A replayed or redriven message, for the reactions it is meant for. */
async function replayMessage(
  context: RuntimeContext,
  task: ReplayTask & { kind: 'message' },
  source: SourcePosition,
  invocation: Invocation,
): Promise<{ result: DeliveryResult; giveUps: number }> {
  const original: Envelope = task.message;
  const decoded = decodeEnvelope(original, context.catalog);
  if (decoded.kind === 'ignored') return { result: done, giveUps: 0 };
  const problem = decoded.kind === 'malformed' ? decoded.error : tooOld(context, decoded.message);
  const item =
    problem || decoded.kind !== 'message'
      ? unreadableItem(0, original, source, problem as never)
      : createItem({
          index: 0,
          decoded,
          source,
          redriven: true,
          ...(task.deadLetter === undefined ? {} : { deadLetter: task.deadLetter }),
          ...(task.reactions ? { reactions: task.reactions } : {}),
        });
  const giveUps = await runBatch({ context, mode: 'replay', invocation, items: [item] });
  return { result: item.state === 'done' || item.state === 'parked' ? done : retry(1), giveUps };
}

/** Handles one task of the replay queue. Never throws. */
export async function replayOne(
  context: RuntimeContext,
  delivery: ReplayDelivery,
  invocation: Invocation,
): Promise<{ result: DeliveryResult; giveUps: number }> {
  const { task, source } = delivery;
  try {
    if (task.kind === 'wake') return await wake(context, task.saga, invocation);
    if (task.kind === 'settle') return { result: await settleStep(context, task, delivery, invocation), giveUps: 0 };
    return await replayMessage(context, task, source, invocation);
  } catch (error) {
    if (!isUncounted(error)) throw error;
    return { result: retry(1), giveUps: 0 };
  }
}
