import { runBatch } from '../batch/batch.ts';
import type { WorkItem } from '../batch/work-item.ts';
import { labelsOf, type RuntimeContext } from '../context.ts';
import type { Delivery, DeliveryResult, Invocation } from '../ports/delivery.ts';
import type { TransportFailure } from '../service-runtime.ts';
import type { Task } from '../tasks/task.ts';
import { consumeBatch } from './consume.ts';

/** Makes a task give up because the transport has. */
function giveUpWith(context: RuntimeContext, task: Task, failure: TransportFailure): void {
  const now = context.ports.clock.now();
  const error = {
    code: failure.condition,
    message: `The transport gave up after ${failure.attempts} attempts (${failure.condition}): the function ended without an answer.`,
  };
  task.failure = { attempts: failure.attempts, firstAt: now, lastAt: now, error };
  task.giveUp = { error, technical: false, phase: 'transport' };
  context.ports.telemetry.count('gave-up', labelsOf(context, task.reaction.name, task.message.type));
}

/** Gives up what is left to do about one message. */
export async function drainItem(
  context: RuntimeContext,
  item: WorkItem,
  failure: TransportFailure,
  invocation: Invocation,
): Promise<DeliveryResult> {
  for (const task of item.tasks) giveUpWith(context, task, failure);
  await runBatch({ context, mode: 'drain', invocation, items: [item] });
  return item.state === 'done' ? { status: 'done' } : { status: 'unfinished', reason: 'its dead letter could not be written' };
}

/**
 * Records that the transport gave up on (a function that crashes hard, a timeout) become dead letters of the reactions
 * that have not handled them. What a reaction has claimed is skipped, and `onGiveUp` tells the others.
 */
export async function drain(
  context: RuntimeContext,
  deliveries: readonly Delivery[],
  failure: TransportFailure,
  invocation: Invocation,
): Promise<readonly DeliveryResult[]> {
  const { results } = await consumeBatch(context, 'drain', deliveries, invocation, (item) => {
    for (const task of item.tasks) giveUpWith(context, task, failure);
  });
  return results;
}
