// The same work as a reaction, through the handler that Lambda runs.
import { defineEntity, defineReaction, defineService } from 'aws-choreography';
import { createHandlers } from 'aws-choreography/lambda';
import { environmentNames as names } from '../../lib/contract/deployment.ts';
import { InventoryReserved, OrderPlaced } from '../../schemas/generated/index.ts';
import { STREAM } from './events.ts';
import { answerOf, context, type Handle, stateOf, type Work } from './work.ts';

const OrderState = defineEntity<ReturnType<typeof stateOf>>('OrderState');

const reactions = {
  write: defineReaction({
    name: 'takeOrder',
    on: OrderPlaced,
    react: async ({ data }, tx) => tx.put(OrderState, data.orderId, stateOf(data)),
  }),
  read: defineReaction({
    name: 'takeOrder',
    on: OrderPlaced,
    reads: ({ data }) => [[OrderState, data.orderId] as const],
    async react({ data }, tx) {
      const before = await tx.get(OrderState, data.orderId);
      tx.put(OrderState, data.orderId, { ...before, ...stateOf(data) });
    },
  }),
  publish: defineReaction({
    name: 'takeOrder',
    on: OrderPlaced,
    emits: [InventoryReserved],
    async react({ data }, tx) {
      tx.put(OrderState, data.orderId, stateOf(data));
      tx.emit(InventoryReserved, answerOf(data, tx.newId()));
    },
  }),
} as const;

/** The handler of a service with one reaction, on the clients of the AWS SDK. */
export function createOurHandle(work: Work): Handle {
  Object.assign(process.env, {
    [names.backbone]: 'bench',
    [names.stream]: STREAM,
    [names.table]: 'bench-journal',
    [names.controlTable]: 'bench-control',
    [names.replayQueue]: 'https://sqs.us-east-1.amazonaws.com/123456789012/bench-replay.fifo',
    [names.deadLetterQueue]: 'https://sqs.us-east-1.amazonaws.com/123456789012/bench-dead-letters',
    [names.replayDeadLetterQueue]: 'https://sqs.us-east-1.amazonaws.com/123456789012/bench-dead-letters.fifo',
  });
  const { worker } = createHandlers(defineService({ name: 'bench', reactions: [reactions[work]] }));
  return async (event) => {
    const response = await worker(event, context);
    if (response?.batchItemFailures.length !== 0) throw new Error(`the worker left records: ${JSON.stringify(response)}`);
  };
}
