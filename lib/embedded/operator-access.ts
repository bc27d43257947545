import { ChoreographyError } from '../contract/errors.ts';
import type { Clock } from '../runtime/ports/clock.ts';
import type { Control } from '../runtime/ports/control.ts';
import type { ControlRecords } from '../runtime/ports/control-records.ts';
import type { Publisher } from '../runtime/ports/publisher.ts';
import type { ReplayQueue } from '../runtime/ports/replay-queue.ts';
import type { Store } from '../runtime/ports/store.ts';
import type { StreamReader } from '../runtime/ports/stream-reader.ts';
import type { Backbone } from './backbone.ts';
import { createMemoryControlRecords } from './memory-control-records.ts';
import { createMemoryStreamReader } from './memory-stream-reader.ts';
import type { ServiceHost } from './service-host.ts';

/** What the tools need to know of a consumer beside its name; a manifest passes through. */
export interface MemoryConsumer {
  readonly name: string;
  readonly source: 'stream' | 'bus';
}

/** What `createOperatorAccess` takes. */
export interface OperatorAccessOptions<Consumer extends MemoryConsumer> {
  readonly backbone: Backbone;
  readonly hosts: Iterable<ServiceHost>;
  readonly consumers: readonly Consumer[];
  /** The operator's name. @default 'operator' */
  readonly who?: string;
  /** @default - new ones: nothing is kept beyond this access */
  readonly records?: ControlRecords;
}

/** How far a consumer of the embedded stream has got in one shard. */
export interface MemoryProgress {
  readonly shard: string;
  /** Absent: nothing yet. */
  readonly sequenceNumber?: string;
  /** Milliseconds since 1970. */
  readonly arrivedAt?: number;
}

/** The ports of an operator on a world in memory, as the operations tools take them. */
export interface MemoryOperatorAccess<Consumer extends MemoryConsumer> {
  readonly who: string;
  readonly clock: Clock;
  readonly control: Control;
  readonly records: ControlRecords;
  readonly stream: StreamReader;
  readonly retentionSeconds: number;
  readonly publisher: Publisher;
  consumers(): Promise<readonly Consumer[]>;
  store(service: string): Store;
  replayQueue(service: string): ReplayQueue;
  queueFigures(service: string, queue: 'source' | 'replay'): Promise<{ readonly depth: number }>;
  progress(service: string): Promise<readonly MemoryProgress[]>;
}

/** Seconds for which the embedded stream keeps records, unless it is made otherwise. */
const RETENTION_SECONDS = 604_800;

/** Notes what is handed to whom from now on; what a filter passes over leaves no trace. */
function watchProgress({ onEvent, stream }: Backbone): (consumer: string) => readonly MemoryProgress[] {
  const progress = new Map<string, Map<string, MemoryProgress>>();
  onEvent((event) => {
    if (event.kind !== 'delivered') return;
    const shards = progress.get(event.consumer) ?? new Map<string, MemoryProgress>();
    progress.set(event.consumer, shards);
    for (const { source, arrivedAt } of event.deliveries) {
      if (source.kind !== 'stream') continue;
      const { shard, sequenceNumber } = source;
      const before = shards.get(shard);
      if (before?.sequenceNumber === undefined || BigInt(before.sequenceNumber) < BigInt(sequenceNumber))
        shards.set(shard, { shard, sequenceNumber, arrivedAt });
    }
  });
  return (consumer) => stream.shards.map((shard) => progress.get(consumer)?.get(shard) ?? { shard });
}

/**
 * Puts an operator in front of a world in memory, without faults and latency. Make it together with the world: progress is
 * what was handed over since then.
 */
export function createOperatorAccess<Consumer extends MemoryConsumer>(
  options: OperatorAccessOptions<Consumer>,
): MemoryOperatorAccess<Consumer> {
  const { backbone, consumers, who = 'operator' } = options;
  const { scheduler: clock, control, stream, publisher } = backbone;
  const hosts = new Map([...options.hosts].map((host) => [host.service, host]));
  const progressOf = watchProgress(backbone);
  const hostOf = (service: string): ServiceHost => {
    const host = hosts.get(service);
    if (host) return host;
    throw new ChoreographyError('UNKNOWN_SERVICE', `There is no service ${service}; there are ${[...hosts.keys()].join(', ')}.`, {
      details: { service },
    });
  };
  return {
    who,
    clock,
    control,
    records: options.records ?? createMemoryControlRecords({ clock }),
    stream: createMemoryStreamReader({ stream, clock }),
    retentionSeconds: RETENTION_SECONDS,
    publisher,
    consumers: async () => consumers,
    store: (service) => hostOf(service).store,
    replayQueue: (service) => hostOf(service).replayQueue,
    queueFigures: async (service, queue) => ({ depth: queue === 'source' ? hostOf(service).behind() : hostOf(service).replaying() }),
    progress: async (service) => progressOf(hostOf(service).service),
  };
}
