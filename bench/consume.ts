// The library's own CPU per event: decode, validate, react, commit to a store that does nothing. Beside it, in the same
// process, a bare loop that parses and calls the same kind of function.
import { message } from 'aws-choreography/testing';
import { inventory } from '../functions/inventory/service.ts';
import { createRuntime } from '../lib/runtime/create-runtime.ts';
import type { Delivery } from '../lib/runtime/ports/delivery.ts';
import type { ServiceRuntime } from '../lib/runtime/service-runtime.ts';
import { OrderPlaced } from '../schemas/generated/index.ts';
import { createIdlePorts, NOW } from './idle-ports.ts';
import { cpuPerItem, type Figure } from './measure.ts';

const EVENTS = 5_000;
const ROUNDS = 9;
const BATCHES = [1, 10, 100];
const SHELF = 1_000_000_000;

function deliveries(): Delivery[] {
  return Array.from({ length: EVENTS }, (_, index) => {
    const data = { orderId: `o-${index}`, customerId: 'c-1', items: [{ sku: 'tea', quantity: 1 }], totalCents: 900, currency: 'EUR' };
    const body = JSON.stringify(message(OrderPlaced, data, { id: `event-${index}`, correlationid: `saga-${index}` }));
    return { body, source: { kind: 'stream', stream: 'bench', shard: '0', sequenceNumber: `${index}` }, arrivedAt: NOW };
  });
}

/** Hands deliveries to a runtime in batches. A record that is not done would make the figure one of something else. */
export async function consumeAll(runtime: ServiceRuntime, all: readonly Delivery[], batch: number): Promise<void> {
  for (let at = 0; at < all.length; at += batch) {
    const results = await runtime.consume(all.slice(at, at + batch), { deadline: NOW + 60_000 });
    for (const result of results) if (result.status !== 'done') throw new Error(`a record was not done: ${JSON.stringify(result)}`);
  }
}

async function consumeCost(all: readonly Delivery[], batch: number): Promise<number> {
  const runtime = createRuntime({ service: inventory, ports: createIdlePorts({ available: SHELF }) });
  return cpuPerItem(ROUNDS, EVENTS, () => consumeAll(runtime, all, batch));
}

/** Parse and call, nothing else: what every handler pays. */
async function bareCost(all: readonly Delivery[]): Promise<number> {
  let available = SHELF;
  const reserve = ({ items }: { readonly items: readonly { readonly quantity: number }[] }): void => {
    for (const { quantity } of items) available -= quantity;
  };
  return cpuPerItem(ROUNDS, EVENTS, async () => {
    for (const { body } of all) reserve((JSON.parse(body) as { data: Parameters<typeof reserve>[0] }).data);
    if (available < 0) throw new Error('the shelf is empty');
  });
}

/** The rows. */
export async function consumeBench(): Promise<readonly Figure[]> {
  const all = deliveries();
  const unit = 'µs CPU/event';
  const rows: Figure[] = [{ name: 'bare loop: parse and call', value: await bareCost(all), unit }];
  for (const size of BATCHES) rows.push({ name: `runtime, batches of ${size}`, value: await consumeCost(all, size), unit });
  return rows;
}
