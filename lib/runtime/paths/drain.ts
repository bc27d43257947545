import { labelsOf, type RuntimeContext } from '../context.ts';
import type { Delivery, DeliveryResult, Invocation } from '../ports/delivery.ts';
import type { TransportFailure } from '../service-runtime.ts';
import { consumeBatch } from './consume.ts';

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
  const now = context.ports.clock.now();
  const { results } = await consumeBatch(context, 'drain', deliveries, invocation, (item) => {
    for (const task of item.tasks) {
      const error = {
        code: failure.condition,
        message: `The transport gave up after ${failure.attempts} attempts (${failure.condition}): the function ended without an answer.`,
      };
      task.failure = { attempts: failure.attempts, firstAt: now, lastAt: now, error };
      task.giveUp = { error, technical: false, phase: 'transport' };
      context.ports.telemetry.count('gave-up', labelsOf(context, task.reaction.name, task.message.type));
    }
  });
  return results;
}
