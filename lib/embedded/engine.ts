import type { Choreography } from '../contract/choreography.ts';
import { ChoreographyError } from '../contract/errors.ts';
import type { CommandType, EventType } from '../contract/message-type.ts';
import { operatorBounds } from '../contract/operator-bounds.ts';
import type { Settings } from '../contract/settings.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { createEnvelope, isoTime } from '../runtime/message/envelopes.ts';
import type { KnownConsumer } from '../runtime/ports/operator-ports.ts';
import { noTelemetry, type Telemetry } from '../runtime/ports/telemetry.ts';
import type { Tracing } from '../runtime/ports/tracing.ts';
import type { CommandOutcome, RuntimeOptions, ServiceRuntime } from '../runtime/service-runtime.ts';
import { type Backbone, createBackbone } from './backbone.ts';
import type { Stream } from './channels/stream.ts';
import type { EngineEvent, PublishedRecord } from './engine-event.ts';
import { checkFaults, type Faults } from './faults/faults.ts';
import { BRIDGE, createBridgeHost, type MalformedRecord } from './hosts/bridge-host.ts';
import { callCommand } from './hosts/command-caller.ts';
import { type GivenEntity, giveEntities } from './hosts/given-entities.ts';
import { inputName } from './hosts/inbounds.ts';
import { redriveDeadLetter } from './hosts/redrive.ts';
import { createServiceHost, type ServiceHost } from './hosts/service-host.ts';
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

/** How `send` is called. */
export interface SendOptions {
  /** @default - one of its own for each call */
  readonly idempotencyKey?: string;
  /** @default 'world' */
  readonly caller?: string;
  /** @default - the service that has the command */
  readonly service?: string;
  /** Calls of the command while no answer comes, or one that says to try later. @default 20 */
  readonly triesMax?: number;
}

/** How `publish` is called. */
export interface PublishOptions {
  /** @default - the id of the event: a saga of its own */
  readonly correlationId?: string;
  /** @default 'world' */
  readonly source?: string;
  readonly id?: string;
}

/** How `settle` is called. */
export interface SettleOptions {
  /** Moves the clock on by this, after everything has come to rest; what becomes due on the way happens. @default 0 */
  readonly advanceSeconds?: number;
  /** Gives up after this time, e.g. because a saga stays parked. @default 7_200 */
  readonly limitSeconds?: number;
}

/** A whole system in one process: every service with the real runtime, on a world in memory. */
export interface Engine {
  readonly scheduler: Scheduler;
  /** The stream of events: its shards can be split and merged. */
  readonly stream: Pick<Stream, 'shards' | 'isOpen' | 'split' | 'merge'>;
  readonly services: readonly string[];
  /** Runs a command, and the world until its answer is there. @throws COMMAND_UNAVAILABLE (retryable), UNKNOWN_COMMAND, SCHEMA_VIOLATION */
  send(command: CommandType, data: unknown, options?: SendOptions): Promise<CommandOutcome>;
  /** The same without running the world: for one that somebody else runs, e.g. as the machine's time passes. */
  call(command: CommandType, data: unknown, options?: SendOptions): Promise<CommandOutcome>;
  /** Puts an event onto the stream, as another system would. @throws SCHEMA_VIOLATION */
  publish(event: EventType, data: unknown, options?: PublishOptions): Promise<{ readonly id: string; readonly correlationId: string }>;
  /** Puts any text onto the stream. */
  putRecord(data: string, partitionKey: string): void;
  /** Puts an event of another system onto the bus, as `PutEvents` would; rules of services with such an inbound take it. */
  putEvent(event: { readonly source: string; readonly detailType: string; readonly detail: object }): void;
  /** Puts a message of another system into a queue or stream that inbounds read, by logical name. @throws UNKNOWN_INPUT */
  putMessage(to: { readonly queue: string } | { readonly stream: string }, body: string): void;
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
const WORLD = 'world';

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

function hostOf(hosts: ReadonlyMap<string, ServiceHost>, service: string): ServiceHost {
  const host = hosts.get(service);
  if (host) return host;
  throw new ChoreographyError('UNKNOWN_SERVICE', `There is no service ${service}; the services are ${[...hosts.keys()].join(', ')}.`, {
    details: { service },
  });
}

function ownerOf(hosts: ReadonlyMap<string, ServiceHost>, { type }: CommandType): ServiceHost {
  for (const host of hosts.values()) if (host.commands.has(type)) return host;
  throw new ChoreographyError('UNKNOWN_COMMAND', `No service has a reaction to ${type}.`, { details: { command: type } });
}

/** Commands and events from outside. */
function createInputs(
  hosts: ReadonlyMap<string, ServiceHost>,
  backbone: Backbone,
): Pick<Engine, 'send' | 'call' | 'publish' | 'putRecord' | 'putEvent' | 'putMessage'> {
  const { scheduler, stream } = backbone;
  const callers = { ...backbone, random: backbone.random.fork('callers') };
  let inputs = 0;
  const nextId = (kind: string) => {
    inputs += 1;
    return `${kind}-${inputs}`;
  };
  const call: Engine['call'] = async (command, data, options = {}) => {
    const { idempotencyKey = nextId('call'), caller = WORLD, service, triesMax } = options;
    const host = service === undefined ? ownerOf(hosts, command) : hostOf(hosts, service);
    return callCommand(callers, host, { command, data, idempotencyKey, caller }, triesMax);
  };
  return {
    call,
    send: (command, data, options) => scheduler.finish(call(command, data, options)),
    async publish(event, data, { id = nextId('event'), correlationId = id, source = WORLD } = {}) {
      const head = { id, source, time: isoTime(scheduler.now()), correlationid: correlationId, causationid: id, hops: 0 };
      await backbone.publisher.publish([createEnvelope(event, data, head)]);
      return { id, correlationId };
    },
    putRecord: (data, partitionKey) => void stream.put({ data, partitionKey }),
    putEvent: ({ source, detailType, detail }) =>
      backbone.bus.put({ source, detailType, detail: JSON.stringify(detail), time: isoTime(scheduler.now()) }),
    putMessage(to, body) {
      const name = inputName(to);
      const inputs = [...hosts.values()].flatMap((host) => host.inputs.get(name) ?? []);
      if (inputs.length === 0) {
        throw new ChoreographyError('UNKNOWN_INPUT', `No service has an inbound from the ${name}; declare one with defineInbound.`, {
          details: { to },
        });
      }
      for (const input of inputs) input(body);
    },
  };
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
    ...createInputs(hosts, backbone),
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
