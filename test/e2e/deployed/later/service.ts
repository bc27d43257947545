import { defineEntity, defineReaction, defineService } from 'aws-choreography';
import { OrderCompleted } from '../../../../schemas/generated/index.ts';
import { event } from '../../../cdk/messages.ts';

/** An order that counts for its customer. */
export const CountedOrder = defineEntity<{ readonly counted: number; readonly granted?: number }>('CountedOrder');

const PointsGranted = event('PointsGranted');

const countOrder = defineReaction({
  name: 'countOrder',
  on: OrderCompleted,
  emits: [PointsGranted],
  async react({ data: { orderId } }, tx) {
    const before = await tx.get(CountedOrder, orderId);
    tx.put(CountedOrder, orderId, { ...before, counted: (before?.counted ?? 0) + 1 });
    tx.emit(PointsGranted, { id: orderId });
  },
});

const noteGrant = defineReaction({
  name: 'noteGrant',
  on: PointsGranted,
  async react({ data: { id } }, tx) {
    const before = await tx.get(CountedOrder, id);
    tx.put(CountedOrder, id, { counted: before?.counted ?? 0, granted: (before?.granted ?? 0) + 1 });
  },
});

/** A service of another team, that comes when the shop has been running for a while. */
export const loyalty = defineService({ name: 'loyalty', reactions: [countOrder, noteGrant] });
