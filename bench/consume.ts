// The library's own CPU per event: decode, validate, react, commit to a store that does nothing. Beside it, in the same
// process, a bare loop that parses and calls the same kind of function.
import { message } from 'aws-choreography/testing';
import { inventory } from '../functions/inventory/service.ts';
import { createMemoryControl } from '../lib/embedded/memory-control.ts';
import { createMemoryStore } from '../lib/embedded/memory-store.ts';
import { createRuntime } from '../lib/runtime/create-runtime.ts';
import type { Delivery } from '../lib/runtime/ports/delivery.ts';
import type { Store } from '../lib/runtime/ports/store.ts';
import { noTelemetry } from '../lib/runtime/ports/telemetry.ts';
import { OrderPlaced } from '../schemas/generated/index.ts';
import { cpuPerItem, type Figure } from './measure.ts';

const NOW = Date.parse('2026-01-01T00:00:01Z');
const EVENTS = 10_000;
const ROUNDS = 3;
const clock = { now: () => NOW, sleep: async () => {} };

/** Reads find a full shelf; commits say yes. */
function idleStore(): Store {
  const none = createMemoryStore({ clock });
  const shelf = { state: { available: 1_000_000_000 }, shapeVersion: 1, version: 'given', indexes: {} };
  return {
    ...none,
    async read({ entities = [] }) {
      const found = new Map(entities.map(({ entity, id }) => [`entity#${entity}#${id}|state`, shelf] as const));
      return { claims: new Map(), entities: found, sagas: new Map(), deadLetters: new Map(), outbox: new Map() };
    },
    commit: async (units) => units.map(() => ({ status: 'committed' })),
    clearOutbox: async () => {},
    noteSuccess: async () => {},
  };
}

function deliveries(): Delivery[] {
  return Array.from({ length: EVENTS }, (_, index) => {
    const data = { orderId: `o-${index}`, customerId: 'c-1', items: [{ sku: 'tea', quantity: 1 }], totalCents: 900, currency: 'EUR' };
    const body = JSON.stringify(message(OrderPlaced, data, { id: `event-${index}`, correlationid: `saga-${index}` }));
    return { body, source: { kind: 'stream', stream: 'bench', shard: '0', sequenceNumber: `${index}` }, arrivedAt: NOW };
  });
}

function batches(all: readonly Delivery[], size: number): readonly (readonly Delivery[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
}

async function consumeCost(all: readonly Delivery[], size: number): Promise<number> {
  let ids = 0;
  const entropy = {
    random: () => 0.5,
    uniqueId() {
      ids += 1;
      return `commit-${ids}`;
    },
  };
  const publisher = { publish: async (events: readonly unknown[]) => events.map(() => ({ status: 'published' as const })) };
  const ports = {
    store: idleStore(),
    publisher,
    replayQueue: { send: async () => {} },
    control: createMemoryControl(),
    clock,
    entropy,
    telemetry: noTelemetry,
  };
  const runtime = createRuntime({ service: inventory, ports });
  const groups = batches(all, size);
  return cpuPerItem(ROUNDS, EVENTS, async () => {
    for (const group of groups) await runtime.consume(group, { deadline: NOW + 60_000 });
  });
}

/** Parse and call, nothing else: what every handler pays. */
async function bareCost(all: readonly Delivery[]): Promise<number> {
  let available = 1_000_000_000;
  return cpuPerItem(ROUNDS, EVENTS, async () => {
    for (const { body } of all) {
      const { data } = JSON.parse(body) as { data: { items: readonly { quantity: number }[] } };
      for (const { quantity } of data.items) available -= quantity;
      if (available < 0) throw new Error('the shelf is empty');
    }
  });
}

/** The rows. */
export async function consumeBench(): Promise<readonly Figure[]> {
  const all = deliveries();
  const rows: Figure[] = [{ name: 'bare loop: parse and call', value: await bareCost(all), unit: 'µs CPU/event' }];
  for (const size of [1, 10, 100])
    rows.push({ name: `runtime, batch ${size}, store that does nothing`, value: await consumeCost(all, size), unit: 'µs CPU/event' });
  return rows;
}
