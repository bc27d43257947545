// What a team writes on its first day: it imports every entry point, compiles as it is, and runs.
import { defineChoreography, defineEntity, defineReaction, defineService, eventType } from 'aws-choreography';
import { openStream, recordsFromLambdaEvent } from 'aws-choreography/lambda';
import { loadHistory } from 'aws-choreography/operations';
import { schemaUri } from 'aws-choreography/schema';
import { createWorld, message, runService, stored } from 'aws-choreography/testing';
import { messageSchema } from 'aws-choreography/validation';

interface OrderPlacedData {
  readonly orderId: string;
  readonly sku: string;
}

function everything(name: string) {
  return messageSchema({ uri: schemaUri(name, 1), sensitive: [], validate: () => true });
}

const OrderPlaced = eventType<'OrderPlaced', OrderPlacedData>({
  type: 'OrderPlaced',
  version: 1,
  subject: 'orderId',
  schema: everything('OrderPlaced'),
});
const StockReserved = eventType<'StockReserved', OrderPlacedData>({
  type: 'StockReserved',
  version: 1,
  subject: 'orderId',
  schema: everything('StockReserved'),
});
const OrderCancelled = eventType<'OrderCancelled', { readonly orderId: string }>({
  type: 'OrderCancelled',
  version: 1,
  subject: 'orderId',
  schema: everything('OrderCancelled'),
});

const Stock = defineEntity<{ readonly available: number }>('Stock');

const reserve = defineReaction({
  name: 'reserveStock',
  on: OrderPlaced,
  emits: [StockReserved],
  async react({ data }, tx) {
    const stock = await tx.get(Stock, data.sku);
    tx.put(Stock, data.sku, { available: (stock?.available ?? 0) - 1 });
    tx.emit(StockReserved, data);
    return { sku: data.sku };
  },
  compensation: {
    on: OrderCancelled,
    async undo(_event, tx, { sku }) {
      const stock = await tx.get(Stock, sku);
      tx.put(Stock, sku, { available: (stock?.available ?? 0) + 1 });
    },
  },
});

const inventory = defineService({ name: 'inventory', reactions: [reserve] });

/** Types of the events about one order, as they are on the stream. */
async function historyOf(orderId: string): Promise<readonly string[]> {
  const world = createWorld(defineChoreography({ name: 'shop', services: [inventory] }));
  await world.publish(OrderPlaced, { orderId, sku: 'tea' });
  await world.settle();
  const { state } = await loadHistory<readonly string[]>(world.stream, { subject: orderId }, (types, { type }) => [...types, type], []);
  return state;
}

async function main(): Promise<void> {
  const placed = message(OrderPlaced, { orderId: 'o-1', sku: 'tea' });
  const result = await runService(inventory, { given: [stored(Stock, 'tea', { available: 2 })], when: placed });
  if (recordsFromLambdaEvent({ Records: [] }).source !== 'unknown') throw new Error('an event without records has no source');
  if (openStream({ stream: 'events' }).stream === undefined) throw new Error('a named stream is there');
  const history = await historyOf('o-1');
  if (history.join() !== 'OrderPlaced,StockReserved') throw new Error(`the history is ${history.join()}`);
  console.log(JSON.stringify({ emitted: result.emitted.map(({ type }) => type), left: result.state(Stock, 'tea') }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
