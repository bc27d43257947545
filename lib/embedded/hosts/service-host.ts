import type { AnyService, Service } from '../../contract/service.ts';
import { guardTracing } from '../../runtime/guarded-tracing.ts';
import { buildCatalog } from '../../runtime/message/catalog.ts';
import type { ReplayQueue } from '../../runtime/ports/replay-queue.ts';
import type { Telemetry } from '../../runtime/ports/telemetry.ts';
import type { Tracing } from '../../runtime/ports/tracing.ts';
import type { CommandCall, CommandOutcome } from '../../runtime/service-runtime.ts';
import { createMemoryStore, type MemoryStore } from '../memory/store.ts';
import { type WatchedStore, watchStore } from '../memory/watched-store.ts';
import { type ForeignInput, mapInbounds } from './inbounds.ts';
import { isPlatformFailure } from './process.ts';
import {
  type ChannelOptions,
  type Channels,
  createHostQueue,
  mapBus,
  mapDeadLetters,
  mapReplays,
  mapStream,
  type RunBatch,
} from './service-channels.ts';
import { createServiceFunctions, type ServiceFunctionsOptions } from './service-functions.ts';

/** One service with everything of its own. */
export interface ServiceHost {
  readonly service: string;
  readonly definition: AnyService;
  /** Without faults: for tests and tools. */
  readonly store: MemoryStore;
  readonly replayQueue: ReplayQueue;
  /** Names of its commands. */
  readonly commands: ReadonlySet<string>;
  /** Event types that it takes from the bus. */
  readonly busTypes: readonly string[];
  /** Where messages of other systems go in, by `inputName`. */
  readonly inputs: ReadonlyMap<string, ForeignInput>;
  /** @throws FUNCTION_CRASHED, FUNCTION_TIMED_OUT, and what `ServiceRuntime.execute` throws */
  execute(call: CommandCall): Promise<CommandOutcome>;
  /** The tick of every minute. */
  sweep(): void;
  /** Whether something will go on by itself that no timer knows of. */
  hasWork(): boolean;
  /** Messages that wait for the consumer. */
  behind(): number;
  /** Messages in its replay queue. */
  replaying(): number;
}

/** What `createServiceHost` takes. */
export interface ServiceHostOptions extends Omit<ServiceFunctionsOptions, 'ports'>, ChannelOptions {
  readonly telemetry: Telemetry;
  /** @default - no spans */
  readonly tracing?: Tracing;
}

function seenBy({ service, telemetry, tracing }: ServiceHostOptions): Pick<ServiceHostOptions, 'telemetry' | 'tracing'> {
  return { telemetry, ...(tracing ? { tracing: guardTracing(tracing, service.name, telemetry) } : {}) };
}

function watchCommits({ backbone, service }: ServiceHostOptions, store: MemoryStore): WatchedStore {
  const { scheduler, trace, emit } = backbone;
  return watchStore({
    store,
    onCommit(units, outcomes) {
      const at = scheduler.now();
      trace.note('commit', at, service.name, ...units.map(({ id }) => id), ...outcomes.map(({ status }) => status));
      if (outcomes.every(({ status }) => status === 'committed')) emit({ kind: 'committed', at, service: service.name, units });
    },
  });
}

/** Puts a service up on the backbone. @throws CLIENT_MISSING, INVALID_SETTINGS */
export function createServiceHost(options: ServiceHostOptions): ServiceHost {
  const { backbone, service } = options;
  const { scheduler, trace, publisher, control, emit } = backbone;
  const memory = createMemoryStore({ clock: scheduler });
  const store = watchCommits(options, memory);
  const deadLetters = createHostQueue(options, 'dead-letters', false);
  const run: RunBatch = async (path, size, work) => {
    trace.note('deliver', scheduler.now(), service.name, path, size);
    try {
      return await functions.worker.invoke(work);
    } catch (error) {
      if (!isPlatformFailure(error)) emit({ kind: 'failed', at: scheduler.now(), consumer: service.name, error });
      throw error;
    }
  };
  const channels: Channels = { options, deadLetters, run };
  const replayQueue = mapReplays(channels);
  const functions = createServiceFunctions({ ...options, ports: { store, publisher, replayQueue, control, ...seenBy(options) } });
  const subscriptions = [...buildCatalog(service as Service).subscriptions.values()].map(({ message }) => message);
  const ofKind = (kind: string) => subscriptions.filter((message) => message.kind === kind).map(({ type }) => type);
  const behind =
    service.source === 'stream' ? mapStream(channels, new Set(subscriptions.map(({ type }) => type))) : mapBus(channels, ofKind('event'));
  mapDeadLetters(channels);
  const inputs = mapInbounds({
    backbone,
    service,
    createQueue: (kind) => createHostQueue(options, kind, false, deadLetters),
    consume: (deliveries) =>
      run(`inbound ${JSON.stringify(deliveries[0]?.source)}`, deliveries.length, (runtime, invocation) =>
        runtime.consume(deliveries, invocation),
      ),
  });
  let sweeping = false;
  return {
    service: service.name,
    definition: service,
    store: memory,
    replayQueue,
    commands: new Set(ofKind('command')),
    busTypes: service.source === 'bus' ? ofKind('event') : [],
    inputs,
    execute: (call) => functions.command.invoke((runtime, invocation) => runtime.execute(call, invocation)),
    sweep() {
      if (sweeping || !store.needsSweep(scheduler.now())) return;
      sweeping = true;
      trace.note('sweep', scheduler.now(), service.name);
      const end = () => {
        sweeping = false;
      };
      functions.worker.invoke((runtime, invocation) => runtime.sweep(invocation)).then(end, end);
    },
    hasWork: () => store.hasWork(scheduler.now()),
    behind,
    replaying: replayQueue.waiting,
  };
}
