import type { Delivery, DeliveryResult, Invocation, ReplayDelivery } from '../../runtime/ports/delivery.ts';
import type { ReplayTask } from '../../runtime/ports/replay-queue.ts';
import type { ServiceRuntime } from '../../runtime/service-runtime.ts';
import type { QueueMessage } from '../channels/queue.ts';

/** A task of the replay queue, and the group of its message. */
export interface GroupedReplay {
  readonly delivery: ReplayDelivery;
  readonly group: string;
}

/** What a message of the replay queue asks for. */
export function groupedReplay({ body, group, receiveCount }: QueueMessage, { source }: Pick<Delivery, 'source'>): GroupedReplay {
  return { delivery: { task: JSON.parse(body) as ReplayTask, source, attempt: receiveCount }, group };
}

/**
 * Runs tasks one after the other, as the worker on Lambda does: behind one that is not finished no other of its group is
 * begun, and they are put off for as long as it is.
 */
export async function replayInTurn(
  runtime: Pick<ServiceRuntime, 'replay'>,
  replays: readonly GroupedReplay[],
  invocation: Invocation,
): Promise<readonly DeliveryResult[]> {
  const held = new Map<string, DeliveryResult>();
  const results: DeliveryResult[] = [];
  for (const { delivery, group } of replays) {
    const [result] = held.has(group) ? [held.get(group)] : await runtime.replay([delivery], invocation);
    if (result?.status !== 'done') held.set(group, result as DeliveryResult);
    results.push(result as DeliveryResult);
  }
  return results;
}
