import type { Envelope } from '../../contract/envelope.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { runBatch } from '../batch/batch.ts';
import { isUncounted } from '../batch/failure.ts';
import { commitGroup } from '../batch/group-commit.ts';
import { againUnit, holdsPlace, wakeSeconds } from '../batch/parking.ts';
import { createItem, emptyItem, tooOld, unreadableItem, type WorkItem } from '../batch/work-item.ts';
import type { RuntimeContext } from '../context.ts';
import { noteProblem } from '../generation.ts';
import type { SourcePosition } from '../journal/dead-letter.ts';
import type { ParkedMessage } from '../journal/parked.ts';
import { type Decoded, decodeEnvelope, decodeSent } from '../message/decode.ts';
import { decodeLearning } from '../message/newer-versions.ts';
import type { DeliveryResult, Invocation, ReplayDelivery } from '../ports/delivery.ts';
import type { ReplayTask } from '../ports/replay-queue.ts';
import { errorRecord } from '../tasks/task.ts';
import { settleClaim } from './settle.ts';

const done: DeliveryResult = { status: 'done' };
const retry = (afterSeconds: number): DeliveryResult => ({ status: 'retry', afterSeconds: Math.max(1, Math.ceil(afterSeconds)) });

async function parkedItem(context: RuntimeContext, parked: ParkedMessage, index: number): Promise<WorkItem> {
  const decoded = await decodeLearning(context, () => decodeEnvelope(parked.message, context.catalog));
  if (decoded.kind === 'malformed') return unreadableItem(index, parked.message, parked.source, decoded.error, { order: parked.order });
  if (decoded.kind === 'ignored') return { ...emptyItem(index, parked.message, parked.source, [], parked.order), state: 'pending' };
  const old = tooOld(context, decoded.message);
  if (old) return unreadableItem(index, parked.message, parked.source, old, { order: parked.order });
  const item = createItem({
    index,
    decoded,
    source: parked.source,
    order: parked.order,
    failures: parked.failures,
    ...(parked.reactions ? { reactions: parked.reactions } : {}),
    redriven: parked.message.replayid !== undefined,
  });
  item.state = 'pending'; // it has to leave the line also where a deploy took away the reactions that it was for
  return item;
}

/** Notes what failed again and says when to come back. A lost race for the marker is no harm: somebody else is at it. */
async function again(context: RuntimeContext, saga: string, items: readonly WorkItem[]): Promise<DeliveryResult> {
  const { sagas } = await context.ports.store.read({ sagas: [saga] });
  const marker = sagas.get(saga);
  if (!marker) return done;
  const failed = items.filter((item) => item.state === 'unfinished' && item.failedWith !== undefined && holdsPlace(marker, item));
  if (failed.length === 0) return retry(1);
  const afterSeconds = wakeSeconds(context, marker.tries + 1, failed[0]);
  await commitGroup(context, [{ unit: againUnit(context, failed, marker, afterSeconds), saga }]);
  return retry(afterSeconds);
}

/** Tries a parked saga's messages again: in order on the stream, each for itself on the bus. */
async function wake(
  context: RuntimeContext,
  saga: string,
  invocation: Invocation,
): Promise<{ result: DeliveryResult; giveUpsInARow: number }> {
  const { store, clock, telemetry } = context.ports;
  const { sagas } = await store.read({ sagas: [saga] });
  const marker = sagas.get(saga);
  if (!marker) return { result: done, giveUpsInARow: 0 };
  if (marker.wakeAt > clock.now()) return { result: retry((marker.wakeAt - clock.now()) / 1000), giveUpsInARow: 0 };
  const parked = await store.listParked(saga, context.settings.parkedMessagesMax);
  const items = await Promise.all(parked.map((message, index) => parkedItem(context, message, index)));
  const giveUpsInARow = await runBatch({ context, mode: 'wake', invocation, items });
  const result = await again(context, saga, items);
  if (result.status === 'done') telemetry.count('sagas-unparked', { service: context.service });
  return { result, giveUpsInARow };
}

/** Those who wait for a generation learn why it does not come on. */
async function tellProblem(context: RuntimeContext, { failedWith, original }: WorkItem): Promise<void> {
  if (failedWith === undefined) return;
  const { code, message } = errorRecord(failedWith);
  const { type, id, source } = original;
  await noteProblem(context, { code, message, event: { type, id, source } });
}

/** Why a message cannot be run. Of a generation: that knows no claims of old, so none of them can have expired. */
function problemOf(context: RuntimeContext, decoded: Decoded, generation: number | undefined): ChoreographyError | undefined {
  if (decoded.kind === 'malformed') return decoded.error;
  if (decoded.kind === 'message') return generation === undefined ? tooOld(context, decoded.message) : undefined;
  const message = `${context.service} is deployed without a reaction on ${decoded.type}, which its manifest names; deploy it again.`;
  return new ChoreographyError('NOT_SUBSCRIBED', message, { retryable: true });
}

type MessageTask = ReplayTask & { readonly kind: 'message' };

/** A replayed or redriven message, for the reactions it is meant for; `undefined`: it is not for this service. */
export async function replayItem(context: RuntimeContext, task: MessageTask, source: SourcePosition): Promise<WorkItem | undefined> {
  const original: Envelope = task.message;
  const decoded = await decodeLearning(context, () => decodeSent(original, context.catalog));
  if (decoded.kind === 'ignored' && task.generation === undefined) return undefined;
  // A command is never on the stream by right: only one that was sent, and failed, is run again.
  if (decoded.kind === 'message' && decoded.subscription.message.kind === 'command' && task.deadLetter === undefined) return undefined;
  const from = task.deadLetter === undefined ? {} : { deadLetter: task.deadLetter };
  // A message that could not be read concerned no reaction yet: all are meant.
  const reactions = task.reactions && task.reactions.length > 0 ? { reactions: task.reactions } : {};
  const problem = problemOf(context, decoded, task.generation);
  return problem || decoded.kind !== 'message'
    ? { ...unreadableItem(0, original, source, problem as never, from), ...reactions }
    : createItem({ index: 0, decoded, source, redriven: true, ...from, ...reactions });
}

async function replayMessage(
  context: RuntimeContext,
  task: MessageTask,
  { source, attempt }: ReplayDelivery,
  invocation: Invocation,
): Promise<{ result: DeliveryResult; giveUpsInARow: number }> {
  const item = await replayItem(context, task, source);
  if (!item) return { result: done, giveUpsInARow: 0 };
  const { generation } = task;
  const into = generation === undefined ? {} : { generation };
  const giveUpsInARow = await runBatch({ context, mode: 'replay', invocation, items: [item], ...into });
  if (generation !== undefined && item.state === 'unfinished') await tellProblem(context, item);
  const finished = item.state === 'done' || item.state === 'parked';
  return { result: finished ? done : retry(wakeSeconds(context, attempt - 1, item)), giveUpsInARow };
}

/** Handles one task of the replay queue. Never throws. */
export async function replayOne(
  context: RuntimeContext,
  delivery: ReplayDelivery,
  invocation: Invocation,
): Promise<{ result: DeliveryResult; giveUpsInARow: number }> {
  const { task } = delivery;
  try {
    if (task.kind === 'wake') return await wake(context, task.saga, invocation);
    if (task.kind === 'settle') return { result: await settleClaim(context, task, delivery, invocation), giveUpsInARow: 0 };
    return await replayMessage(context, task, delivery, invocation);
  } catch (error) {
    if (!isUncounted(error)) {
      const fields = { service: context.service, task: task.kind, error: String(error) };
      context.ports.telemetry.log({ level: 'error', message: 'a task of the replay queue could not be handled', fields });
    }
    return { result: retry(wakeSeconds(context, delivery.attempt - 1, undefined)), giveUpsInARow: 0 };
  }
}
