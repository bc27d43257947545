import type { Choreography } from '../contract/choreography.ts';
import { operatorBounds } from '../contract/operator-bounds.ts';
import type { Settings } from '../contract/settings.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import type { KnownConsumer } from '../runtime/ports/operator-ports.ts';
import { noTelemetry, type Telemetry } from '../runtime/ports/telemetry.ts';
import type { Tracing } from '../runtime/ports/tracing.ts';
import type { RuntimeOptions, ServiceRuntime } from '../runtime/service-runtime.ts';
import { type Backbone, createBackbone } from './backbone.ts';
import type { Stream } from './channels/stream.ts';
import type { EngineEvent, PublishedRecord } from './engine-event.ts';
import { checkFaults, type Faults } from './faults/faults.ts';
import { BRIDGE, createBridgeHost, type MalformedRecord } from './hosts/bridge-host.ts';
import { type GivenEntity, giveEntities } from './hosts/given-entities.ts';
import { redriveDeadLetter } from './hosts/redrive.ts';
import { createServiceHost, type ServiceHost } from './hosts/service-host.ts';
import { createWorldInputs, hostOf, type WorldInputs } from './hosts/world-inputs.ts';
import type { MemoryStore } from './memory/store.ts';
import { createOperatorAccess, type MemoryOperatorPorts } from './operator-access.ts';
import { checkSeed, createRandom } from './random.ts';
import { createScheduler } from './time/scheduler.ts';
import type { Scheduler } from './time/world-clock.ts';

/** What `createEngine` takes beside the choreography. */
export interface EngineOptions {
  /** The same seed gives the same run: a whole number from 0. @default 1 */
  readonly seed?: number;
  /** @default - none */
  readonly faults?: Faults;
  /** By name; each service gets those that it declares. @default {} */
  readonly clients?: Readonly<Record<string, object>>;
  /** Of all runtimes. @default - `defaultSettings` */
  readonly settings?: Partial<Settings>;
  /** @default [] */
  readonly given?: readonly GivenEntity[];
  /** Shards of the stream. @default 2 */
  readonly shards?: number;
  /** Records that a stream mapping hands over at most. @default 100 */
  readonly batchSize?: number;
  /** How long a received message of a queue is hidden, in seconds. @default 360 */
  readonly visibilitySeconds?: number;
  /** Longest time on each way of a call to a port or a client, in milliseconds; 0: calls take no time. @default 5 */
  readonly latencyMilliseconds?: number;
  /** By service; `bridge` for the bridge. @default - none */
  readonly telemetry?: (service: string) => Telemetry;
  /** Of all services. @default - no spans */
  readonly tracing?: Tracing;
  /** @default 'virtual' */
  readonly mode?: 'virtual' | 'real';
  /** Milliseconds since 1970 at which virtual time begins. @default 2026-01-01T00:00:00Z */
  readonly startAt?: number;
  /** Makes the runtimes: a test may put another one in. @default - the real one */
  readonly createRuntime?: (options: RuntimeOptions) => ServiceRuntime;
}

/** How `settle` is called. */
export interface SettleOptions {
  /** Moves the clock on by this, after everything has come to rest; what becomes due on the way happens. @default 0 */
  readonly advanceSeconds?: number;
  /** Gives up after this time, e.g. because a saga stays parked. @default 7_200 */
  readonly limitSeconds?: number;
}

/** A whole system in one process: every service with the real runtime, on a world in memory. */
export interface Engine extends WorldInputs {
  readonly scheduler: Scheduler;
  /** The stream of events: its shards can be split and merged. */
  readonly stream: Pick<Stream, 'shards' | 'isOpen' | 'split' | 'merge'>;
  readonly services: readonly string[];
  /**
   * Runs until nothing is left to do: nothing undelivered, unpublished, parked or due. What lies ahead (a deadline) is
   * left there, and so is what a paused consumer has not taken. `false`: there is still work at the limit.
   */
  settle(options?: SettleOptions): Promise<boolean>;
  /** Through the replay queue, once more. @throws REDRIVE_REFUSED */
  redrive(service: string, deadLetterId: string): Promise<void>;
  pause(consumer: string, reason?: string): Promise<void>;
  resume(consumer: string): Promise<void>;
  /** @throws UNKNOWN_SERVICE */
  store(service: string): MemoryStore;
  /** Messages that a service has not taken yet. @throws UNKNOWN_SERVICE */
  behind(service: string): number;
  /** Everything that ever got onto the stream, duplicates included. */
  published(): readonly PublishedRecord[];
  /** What the bridge could not forward. */
  malformed(): readonly MalformedRecord[];
  /** Digest of all deliveries, commits and records so far: two runs that are the same have the same. */
  trace(): string;
  onEvent(listener: (event: EngineEvent) => void): void;
  /** The ports of an operator on this world; `consumers` come back as they are given, e.g. with their manifests. `who`: for the audit. */
  operate<Consumer extends KnownConsumer>(consumers: readonly Consumer[], who?: string): MemoryOperatorPorts<Consumer>;
}

const LATENCY_MILLISECONDS = 5;
const SETTLE_LIMIT_SECONDS = 7_200;
const SWEEP_MILLISECONDS = 60_000;

function createHosts(choreography: Choreography, options: EngineOptions, backbone: Backbone): ReadonlyMap<string, ServiceHost> {
  const { clients = {}, settings = {}, telemetry = () => noTelemetry, tracing, batchSize, visibilitySeconds } = options;
  const hosts = choreography.services.map((service) =>
    createServiceHost({
      backbone,
      service,
      clients,
      settings,
      telemetry: telemetry(service.name),
      createRuntime: options.createRuntime ?? createRuntime,
      ...(tracing ? { tracing } : {}),
      ...(batchSize === undefined ? {} : { batchSize }),
      ...(visibilitySeconds === undefined ? {} : { visibilitySeconds }),
    }),
  );
  return new Map(hosts.map((host) => [host.service, host]));
}

/** One bridge, where some service takes its events from the bus. */
function bridgeToBus(hosts: ReadonlyMap<string, ServiceHost>, backbone: Backbone, telemetry: Telemetry): readonly MalformedRecord[] {
  const types = new Set([...hosts.values()].flatMap(({ busTypes }) => busTypes));
  const malformed: MalformedRecord[] = [];
  if (types.size > 0) createBridgeHost({ backbone, types, telemetry, onMalformed: (record) => void malformed.push(record) });
  return malformed;
}

/** Runs the world. */
function createRunner(hosts: ReadonlyMap<string, ServiceHost>, scheduler: Scheduler): Engine['settle'] {
  const isIdle = () => !scheduler.busy && ![...hosts.values()].some((host) => host.hasWork());
  scheduler.every(SWEEP_MILLISECONDS, () => {
    for (const host of hosts.values()) host.sweep();
  });
  return async ({ advanceSeconds = 0, limitSeconds = SETTLE_LIMIT_SECONDS } = {}) => {
    const rest = () => scheduler.run({ done: isIdle, until: scheduler.now() + limitSeconds * 1000 });
    const rested = await rest();
    if (advanceSeconds <= 0) return rested;
    await scheduler.run({ until: scheduler.now() + advanceSeconds * 1000 });
    return rest();
  };
}

/**
 * Puts a choreography up in memory: stream, bus, bridge, queues, journals and function processes, with faults by seed
 * and time that passes only while something is waited for. It is never a second implementation of the runtime.
 * @throws CLIENT_MISSING, INVALID_SETTINGS, INVALID_FAULTS, INVALID_SEED
 */
export function createEngine(choreography: Choreography, options: EngineOptions = {}): Engine {
  const { seed = 1, given = [], shards, latencyMilliseconds = LATENCY_MILLISECONDS, telemetry = () => noTelemetry } = options;
  const scheduler = createScheduler(options);
  const backbone = createBackbone({
    scheduler,
    random: createRandom(checkSeed(seed)),
    rates: checkFaults(options.faults),
    latencyMilliseconds,
    ...(shards === undefined ? {} : { shards }),
  });
  const { control, trace, published } = backbone;
  const hosts = createHosts(choreography, options, backbone);
  const malformed = bridgeToBus(hosts, backbone, telemetry(BRIDGE));
  giveEntities(hosts.values(), given);
  return {
    scheduler,
    stream: backbone.stream,
    services: [...hosts.keys()],
    ...createWorldInputs(hosts, backbone),
    settle: createRunner(hosts, scheduler),
    redrive: (service, id) => redriveDeadLetter(hostOf(hosts, service), id, scheduler.now()),
    pause: (consumer, reason = 'paused by hand') => control.setConsumer(consumer, { paused: true, reason, since: scheduler.now() }),
    resume: (consumer) => control.setConsumer(consumer, { paused: false }),
    store: (service) => hostOf(hosts, service).store,
    behind: (service) => hostOf(hosts, service).behind(),
    published: () => published,
    malformed: () => malformed,
    trace: () => trace.digest(),
    onEvent: backbone.onEvent,
    operate(consumers, who) {
      const known = consumers.map((consumer) => ({ ...operatorBounds(options.settings ?? {}), ...consumer }));
      return createOperatorAccess({ backbone, hosts: hosts.values(), consumers: known, ...(who === undefined ? {} : { who }) });
    },
  };
}
