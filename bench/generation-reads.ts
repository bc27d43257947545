// How often a batch looks up in which generation its service is: once where what the service keeps can be built anew, never
// elsewhere. More is an error, as each is half a read unit.
import { message } from 'aws-choreography/testing';
import { inventory } from '../functions/inventory/service.ts';
import { search } from '../functions/search/service.ts';
import type { AnyService } from '../lib/contract/service.ts';
import { createRuntime } from '../lib/runtime/create-runtime.ts';
import type { Delivery } from '../lib/runtime/ports/delivery.ts';
import { OrderPlaced } from '../schemas/generated/index.ts';
import { consumeAll } from './consume.ts';
import { createIdlePorts, NOW } from './idle-ports.ts';
import type { Figure } from './measure.ts';

const EVENTS = 1_000;
const BATCH = 10;

const services = [
  { name: 'rebuildable', service: search, state: undefined, most: 1 },
  { name: 'not rebuildable', service: inventory, state: { available: 1_000_000_000 }, most: 0 },
] as const;

function deliveries(): readonly Delivery[] {
  return Array.from({ length: EVENTS }, (_, index) => {
    const data = { orderId: `o-${index}`, customerId: 'c-1', items: [{ sku: 'tea', quantity: 1 }], totalCents: 900, currency: 'EUR' };
    const body = JSON.stringify(message(OrderPlaced, data, { id: `event-${index}`, correlationid: `saga-${index}` }));
    return { body, source: { kind: 'stream', stream: 'bench', shard: '0', sequenceNumber: `${index}` }, arrivedAt: NOW };
  });
}

async function readsOf(service: AnyService, state: unknown): Promise<number> {
  const ports = createIdlePorts(state);
  let reads = 0;
  const store = {
    ...ports.store,
    async generations() {
      reads += 1;
      return ports.store.generations();
    },
  };
  await consumeAll(createRuntime({ service, ports: { ...ports, store } }), deliveries(), BATCH);
  return reads;
}

/** The rows. */
export async function generationReads(): Promise<readonly Figure[]> {
  const rounds = EVENTS / BATCH;
  const rows: Figure[] = [];
  for (const { name, service, state, most } of services) {
    const reads = await readsOf(service, state);
    // A service that cannot be rebuilt looks once in the life of a process.
    if (reads > Math.max(1, most * rounds))
      throw new Error(`${rounds} rounds of a service that is ${name} read ${reads} documents of generations`);
    rows.push({ name: `round of ${BATCH}, ${name}`, value: reads / rounds, unit: 'generation documents read' });
  }
  return rows;
}
