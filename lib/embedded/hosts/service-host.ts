import { RECEIVES_MAX } from '../../contract/limits.ts';
import type { AnyService, Service } from '../../contract/service.ts';
import { guardTracing } from '../../runtime/guarded-tracing.ts';
import { buildCatalog } from '../../runtime/message/catalog.ts';
import type { Delivery, DeliveryResult, Invocation } from '../../runtime/ports/delivery.ts';
import type { ReplayQueue } from '../../runtime/ports/replay-queue.ts';
import type { Telemetry } from '../../runtime/ports/telemetry.ts';
import type { Tracing } from '../../runtime/ports/tracing.ts';
import type { CommandCall, CommandOutcome, ServiceRuntime } from '../../runtime/service-runtime.ts';
import { createQueue, type Queue, type QueueMessage } from '../channels/queue.ts';
import { createQueueMapping } from '../channels/queue-mapping.ts';
import { createStreamMapping } from '../channels/stream-mapping.ts';
import { readFailure } from '../channels/transport-failure.ts';
import { createMemoryStore, type MemoryStore } from '../memory/store.ts';
import { type WatchedStore, watchStore } from '../memory/watched-store.ts';
import { type ForeignInput, mapInbounds } from './inbounds.ts';
import { isPlatformFailure } from './process.ts';
import { groupedReplay, replayInTurn } from './replays-in-turn.ts';
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
export interface ServiceHostOptions extends Omit<ServiceFunctionsOptions, 'ports'> {
  readonly telemetry: Telemetry;
  /** @default - no spans */
  readonly tracing?: Tracing;
  readonly batchSize?: number;
  readonly visibilitySeconds?: number;
}

function seenBy({ service, telemetry, tracing }: ServiceHostOptions): Pick<ServiceHostOptions, 'telemetry' | 'tracing'> {
  return { telemetry, ...(tracing ? { tracing: guardTracing(tracing, service.name, telemetry) } : {}) };
}

interface Host {
  readonly options: ServiceHostOptions;
  readonly store: WatchedStore;
  readonly deadLetters: Queue;
  /** Runs one batch in a worker process. */
  run(
    path: string,
    size: number,
    work: (runtime: ServiceRuntime, invocation: Invocation) => Promise<readonly DeliveryResult[]>,
  ): Promise<readonly DeliveryResult[]>;
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

function createHostQueue(
  { backbone, service, visibilitySeconds }: ServiceHostOptions,
  kind: string,
  fifo: boolean,
  deadLetters?: Queue,
): Queue {
  const name = `${service.name}-${kind}`;
  return createQueue({
    name,
    fifo,
    scheduler: backbone.scheduler,
    random: backbone.random.fork(`queue ${name}`),
    ...(visibilitySeconds === undefined ? {} : { visibilitySeconds }),
    ...(deadLetters ? { deadLetters: ({ body }: QueueMessage) => deadLetters.send({ body }) } : {}),
  });
}

function queueDelivery(queue: Queue, { id, body, sentAt }: QueueMessage): Delivery {
  return { body, source: { kind: 'queue', queue: queue.name, messageId: id }, arrivedAt: sentAt };
}

/** Reads the stream; returns how far it is behind. */
function mapStream({ options, deadLetters, run }: Host, types: ReadonlySet<string>): () => number {
  const { backbone, service, batchSize } = options;
  const { stream, scheduler, control } = backbone;
  const mapping = createStreamMapping({
    stream,
    consumer: service.name,
    types,
    scheduler,
    random: backbone.random.fork(`stream mapping ${service.name}`),
    ...(batchSize === undefined ? {} : { batchSize }),
    isPaused: () => control.isPaused(service.name),
    onFailure: (record) => deadLetters.send({ body: JSON.stringify(record) }),
    invoke(deliveries) {
      backbone.emit({ kind: 'delivered', at: scheduler.now(), consumer: service.name, deliveries });
      return run(`stream ${JSON.stringify(deliveries[0]?.source)}`, deliveries.length, (runtime, invocation) =>
        runtime.consume(deliveries, invocation),
      );
    },
  });
  control.onResume(service.name, mapping.wake);
  return mapping.behind;
}

/** Reads a queue that the bus fills; returns how far it is behind. */
function mapBus({ options, deadLetters, run }: Host, types: readonly string[]): () => number {
  const { backbone, service } = options;
  const { bus, scheduler, random, control } = backbone;
  const queue = createHostQueue(options, 'bus', false, deadLetters);
  if (types.length > 0) bus.addRule({ name: service.name, pattern: { 'detail-type': types }, target: (body) => queue.send({ body }) });
  const mapping = createQueueMapping({
    queue,
    scheduler,
    random: random.fork(`bus mapping ${service.name}`),
    isPaused: () => control.isPaused(service.name),
    invoke(messages) {
      const deliveries = messages.map((message) => queueDelivery(queue, message));
      backbone.emit({ kind: 'delivered', at: scheduler.now(), consumer: service.name, deliveries });
      return run(`bus ${messages[0]?.receipt}`, messages.length, (runtime, invocation) => runtime.consume(deliveries, invocation));
    },
  });
  control.onResume(service.name, mapping.wake);
  return () => queue.size;
}

/** The replay queue. A pause is about live traffic: a redrive is how a repair is tried out. */
function mapReplays({ options, deadLetters, run }: Host): ReplayQueue & { waiting(): number } {
  const { scheduler, random } = options.backbone;
  const queue = createHostQueue(options, 'replay', true, deadLetters);
  createQueueMapping({
    queue,
    scheduler,
    random: random.fork(`replay mapping ${options.service.name}`),
    invoke(messages) {
      const replays = messages.map((message) => groupedReplay(message, queueDelivery(queue, message)));
      return run(`replay ${messages[0]?.receipt}`, messages.length, (runtime, invocation) => replayInTurn(runtime, replays, invocation));
    },
  });
  return {
    async send(sends) {
      for (const { task, group, deduplicationId } of sends) queue.send({ body: JSON.stringify(task), group, deduplicationId });
    },
    waiting: () => queue.size,
  };
}

/** What the transport gave up on becomes dead letters of the service. */
function mapDeadLetters({ options, deadLetters, run }: Host): void {
  const { scheduler, random, stream } = options.backbone;
  createQueueMapping({
    queue: deadLetters,
    scheduler,
    random: random.fork(`dead letters ${options.service.name}`),
    batchSize: 1,
    async invoke([message]) {
      const { deliveries, failure, task } = readFailure(stream, message as QueueMessage, RECEIVES_MAX);
      if (task) {
        const delivery = { task, source: queueDelivery(deadLetters, message as QueueMessage).source, attempt: failure.attempts };
        return run(`drain ${message?.receipt}`, 1, async (runtime, invocation) => [await runtime.drainTask(delivery, failure, invocation)]);
      }
      if (deliveries.length === 0) return [{ status: 'done' }];
      const results = await run(`drain ${message?.receipt}`, deliveries.length, (runtime, invocation) =>
        runtime.drain(deliveries, failure, invocation),
      );
      return [results.find(({ status }) => status !== 'done') ?? { status: 'done' }];
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
  async function run(
    path: string,
    size: number,
    work: (runtime: ServiceRuntime, invocation: Invocation) => Promise<readonly DeliveryResult[]>,
  ): Promise<readonly DeliveryResult[]> {
    trace.note('deliver', scheduler.now(), service.name, path, size);
    try {
      return await functions.worker.invoke(work);
    } catch (error) {
      if (!isPlatformFailure(error)) emit({ kind: 'failed', at: scheduler.now(), consumer: service.name, error });
      throw error;
    }
  }
  const host: Host = { options, store, deadLetters, run };
  const replayQueue = mapReplays(host);
  const functions = createServiceFunctions({ ...options, ports: { store, publisher, replayQueue, control, ...seenBy(options) } });
  const subscriptions = [...buildCatalog(service as Service).subscriptions.values()].map(({ message }) => message);
  const ofKind = (kind: string) => subscriptions.filter((message) => message.kind === kind).map(({ type }) => type);
  const behind =
    service.source === 'stream' ? mapStream(host, new Set(subscriptions.map(({ type }) => type))) : mapBus(host, ofKind('event'));
  mapDeadLetters(host);
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
