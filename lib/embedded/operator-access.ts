import { ChoreographyError } from '../contract/errors.ts';
import { checkMessage } from '../runtime/message/check-message.ts';
import { namedSchemas } from '../runtime/message/named-schemas.ts';
import type { ControlRecords } from '../runtime/ports/control-records.ts';
import type { KnownConsumer, OperatorPorts, ShardProgress } from '../runtime/ports/operator-ports.ts';
import type { Backbone } from './backbone.ts';
import { GIVEN } from './hosts/given-entities.ts';
import type { ServiceHost } from './hosts/service-host.ts';
import { createMemoryControlRecords } from './memory/control-records.ts';
import type { MemoryStore } from './memory/store.ts';
import { createMemoryStreamReader } from './memory/stream-reader.ts';

/** What `createOperatorAccess` takes. */
export interface OperatorAccessOptions<Consumer extends KnownConsumer> {
  readonly backbone: Backbone;
  readonly hosts: Iterable<ServiceHost>;
  readonly consumers: readonly Consumer[];
  /** The operator's name. @default 'operator' */
  readonly who?: string;
  /** @default - new ones: nothing is kept beyond this access */
  readonly records?: ControlRecords;
}

/** The ports of an operator on a world in memory: all that is known is known exactly. */
export type MemoryOperatorPorts<Consumer extends KnownConsumer> = OperatorPorts<Consumer> &
  Required<Pick<OperatorPorts<Consumer>, 'stream' | 'retentionSeconds' | 'publisher' | 'queueFigures' | 'progress'>>;

/** Seconds for which the embedded stream keeps records, unless it is made otherwise. */
const RETENTION_SECONDS = 604_800;

/** Notes what is handed to whom from now on; what a filter passes over leaves no trace. */
function watchProgress({ onEvent, stream }: Backbone): (consumer: string) => readonly ShardProgress[] {
  const progress = new Map<string, Map<string, ShardProgress>>();
  onEvent((event) => {
    if (event.kind !== 'delivered') return;
    const shards = progress.get(event.consumer) ?? new Map<string, ShardProgress>();
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

/** Without what a world was given and its service has never asked for: that is of other services, as every one is given all of it. */
function ownEntities(store: MemoryStore): MemoryStore {
  return {
    ...store,
    async scanEntities(query) {
      const page = await store.scanEntities(query);
      return { ...page, items: page.items.filter(({ entity, record }) => record.version !== GIVEN || store.hasRead(entity)) };
    },
  };
}

/**
 * Puts an operator in front of a world in memory, without faults and latency. Make it together with the world: progress is
 * what was handed over since then.
 */
export function createOperatorAccess<Consumer extends KnownConsumer>(
  options: OperatorAccessOptions<Consumer>,
): MemoryOperatorPorts<Consumer> {
  const { backbone, consumers, who = 'operator' } = options;
  const { scheduler: clock, control, stream, publisher } = backbone;
  const hosts = new Map([...options.hosts].map((host) => [host.service, host]));
  const schemas = namedSchemas([...hosts.values()].map(({ definition }) => definition));
  const progressOf = watchProgress(backbone);
  const hostOf = (service: string): ServiceHost => {
    const host = hosts.get(service);
    if (host) return host;
    throw new ChoreographyError('UNKNOWN_SERVICE', `There is no service ${service}; the services are ${[...hosts.keys()].join(', ')}.`, {
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
    checkMessage: (message) => checkMessage(message, schemas),
    consumers: async () => consumers,
    store: (service) => ownEntities(hostOf(service).store),
    replayQueue: (service) => hostOf(service).replayQueue,
    queueFigures: async (service, queue) => ({ depth: queue === 'source' ? hostOf(service).behind() : hostOf(service).replaying() }),
    progress: async (service) => progressOf(hostOf(service).service),
  };
}
