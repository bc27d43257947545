import { defineEntity, defineReaction, defineService, type EventType, type Service } from 'aws-choreography';
import { OrderCompleted } from '../../../../schemas/generated/index.ts';
import { event } from '../../../cdk/messages.ts';

/** An order that counts for its customer. */
export const CountedOrder = defineEntity<{ readonly counted: number; readonly granted?: number }>('CountedOrder');

/** Counts each order that is completed, says so, and notes that it has heard of that. */
function countingService(name: string, granted: EventType<string, { readonly id: string }>): Service {
  const countOrder = defineReaction({
    name: 'countOrder',
    on: OrderCompleted,
    emits: [granted],
    async react({ data: { orderId } }, tx) {
      const before = await tx.get(CountedOrder, orderId);
      tx.put(CountedOrder, orderId, { ...before, counted: (before?.counted ?? 0) + 1 });
      tx.emit(granted, { id: orderId });
    },
  });
  const noteGrant = defineReaction({
    name: 'noteGrant',
    on: granted,
    async react({ data: { id } }, tx) {
      const before = await tx.get(CountedOrder, id);
      tx.put(CountedOrder, id, { counted: before?.counted ?? 0, granted: (before?.granted ?? 0) + 1 });
    },
  });
  return defineService({ name, reactions: [countOrder, noteGrant] });
}

/** Two services of other teams, that come when the shop has been running for a while. */
export const stamps = countingService('stamps', event('StampGranted'));
export const loyalty = countingService('loyalty', event('PointsGranted'));

/** Where the templates of `app.ts` say that the code is. */
export const CODE_BUCKET = 'later-code';
