import type { RuntimeContext } from '../context.ts';
import type { DeliveryResult, Invocation, ReplayDelivery } from '../ports/delivery.ts';
import type { TransportFailure } from '../service-runtime.ts';
import { drainItem } from './drain.ts';
import { replayItem } from './replay.ts';
import { drainSettle } from './settle.ts';

const done: DeliveryResult = { status: 'done' };

/**
 * A task of the replay queue that the transport gave up on. A message is given up for the reactions that it was sent to, and
 * no others: what a deploy has added since, or what waits in its saga's line, was never tried with it. Wake-ups are asked
 * for again by the sweep, and the replay that fills a generation sees what was not taken.
 */
export async function drainTask(
  context: RuntimeContext,
  delivery: ReplayDelivery,
  failure: TransportFailure,
  invocation: Invocation,
): Promise<DeliveryResult> {
  const { task, source } = delivery;
  if (task.kind === 'settle') return drainSettle(context, delivery, failure, invocation);
  if (task.kind === 'wake' || task.generation !== undefined) return done;
  const item = await replayItem(context, task, source);
  return item ? drainItem(context, item, failure, invocation) : done;
}
