import { defineEntity, defineReaction, defineService } from 'aws-choreography';
import { OrderCompleted } from '../../../../schemas/generated/index.ts';

/** An order that counts for its customer. */
export const CountedOrder = defineEntity<{ readonly counted: number }>('CountedOrder');

const countOrder = defineReaction({
  name: 'countOrder',
  on: OrderCompleted,
  async react({ data: { orderId } }, tx) {
    const before = await tx.get(CountedOrder, orderId);
    tx.put(CountedOrder, orderId, { counted: (before?.counted ?? 0) + 1 });
  },
});

/** A service of another team, that comes when the shop has been running for a while. */
export const loyalty = defineService({ name: 'loyalty', reactions: [countOrder] });
