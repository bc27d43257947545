// A choreography in the embedded engine, one message at a time, whose calls to the journal and the stream are counted as AWS would bill them.
import type { Choreography } from 'aws-choreography';
import { itemBytes } from '../../../lib/aws/dynamo/attributes.ts';
import { createKnownFields } from '../../../lib/aws/dynamo/existing-fields.ts';
import { planCommit } from '../../../lib/aws/dynamo/plan.ts';
import { createEngine, type Engine, type EngineOptions } from '../../../lib/embedded/engine.ts';
import { createRuntime } from '../../../lib/runtime/create-runtime.ts';
import type { Unit } from '../../../lib/runtime/journal/unit.ts';
import type { DeliveryResult } from '../../../lib/runtime/ports/delivery.ts';
import type { Store } from '../../../lib/runtime/ports/store.ts';
import type { RuntimeOptions, ServiceRuntime } from '../../../lib/runtime/service-runtime.ts';

const KILOBYTE = 1_024;

/** What really happened. */
export interface Counted {
  commits: number;
  items: number;
  writeUnits: number;
  /** Keys that were read. */
  reads: number;
  records: number;
  /** Messages that services were invoked with, commands included. */
  deliveries: number;
  /** Those of them that came through the queue behind the bus. */
  fromBus: number;
  /** The highest `hops` of a message that a service took. */
  hops: number;
  /** Bytes of all events on the stream. */
  eventBytes: number;
}

/** A world and what was counted in it so far. */
export interface CountedWorld {
  readonly engine: Engine;
  readonly counted: Readonly<Counted>;
}

/** Bytes of the items that the adapter for DynamoDB would write, `undefined` for a check of one. */
function requestBytes(units: readonly Unit[]): readonly (number | undefined)[] {
  const plan = planCommit(units, { table: 'journal', existing: {}, fields: createKnownFields(), nowMs: 0 });
  if ('refused' in plan) throw new Error('a commit would be refused');
  return plan.requests.map(({ request: { Put } }) => Put?.Item && itemBytes(Put.Item));
}

function writeUnits(sizes: readonly (number | undefined)[]): number {
  const units = sizes.reduce<number>((sum, bytes = KILOBYTE) => sum + Math.ceil(bytes / KILOBYTE), 0);
  return sizes.length === 1 && sizes[0] !== undefined ? units : 2 * units;
}

function countingStore(store: Store, counted: Counted): Store {
  return {
    ...store,
    async read(request) {
      counted.reads += Object.values(request).reduce((sum, keys: readonly unknown[]) => sum + keys.length, 0);
      return store.read(request);
    },
    async commit(units) {
      const sizes = requestBytes(units);
      counted.commits += 1;
      counted.items += sizes.length;
      counted.writeUnits += writeUnits(sizes);
      return store.commit(units);
    },
    async clearOutbox(ids) {
      counted.writeUnits += ids.length;
      return store.clearOutbox(ids);
    },
    async clearDue(ids) {
      counted.writeUnits += ids.length;
      return store.clearDue(ids);
    },
  };
}

function countingRuntime(options: RuntimeOptions, counted: Counted): ServiceRuntime {
  const { store } = options.ports;
  const runtime = createRuntime({ ...options, ports: { ...options.ports, store: countingStore(store, counted) } });
  return {
    ...runtime,
    async consume(deliveries, invocation) {
      const results: DeliveryResult[] = [];
      for (const delivery of deliveries) {
        counted.deliveries += 1;
        if (options.service.source === 'bus') counted.fromBus += 1;
        counted.hops = Math.max(counted.hops, (JSON.parse(delivery.body) as { hops?: number }).hops ?? 0);
        results.push(...(await runtime.consume([delivery], invocation)));
      }
      return results;
    },
    async replay(deliveries, invocation) {
      counted.deliveries += deliveries.length;
      return runtime.replay(deliveries, invocation);
    },
    async execute(call, invocation) {
      counted.deliveries += 1;
      return runtime.execute(call, invocation);
    },
  };
}

/** Puts the world up. */
export function createCountedWorld(choreography: Choreography, options: EngineOptions): CountedWorld {
  const counted: Counted = {
    commits: 0,
    items: 0,
    writeUnits: 0,
    reads: 0,
    records: 0,
    deliveries: 0,
    fromBus: 0,
    hops: 0,
    eventBytes: 0,
  };
  const engine = createEngine(choreography, { ...options, batchSize: 1, createRuntime: (given) => countingRuntime(given, counted) });
  engine.onEvent((event) => {
    if (event.kind !== 'published') return;
    counted.records += 1;
    counted.eventBytes += JSON.stringify(event.envelope).length;
  });
  return { engine, counted };
}
