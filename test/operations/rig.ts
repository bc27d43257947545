// The sample shop in memory, with an operator in front of it. Every call of the operator to a port can be made to fail.
import { defineChoreography, type Service } from 'aws-choreography';
import type { CommandType, EventType } from '../../lib/contract/message-type.ts';
import type { Settings } from '../../lib/contract/settings.ts';
import { createBackbone } from '../../lib/embedded/backbone.ts';
import { checkFaults, type Faults } from '../../lib/embedded/faults/faults.ts';
import { createBridgeHost } from '../../lib/embedded/hosts/bridge-host.ts';
import { callCommand } from '../../lib/embedded/hosts/command-caller.ts';
import { createServiceHost, type ServiceHost } from '../../lib/embedded/hosts/service-host.ts';
import { createMemoryControlRecords } from '../../lib/embedded/memory/control-records.ts';
import { createOperatorAccess } from '../../lib/embedded/operator-access.ts';
import { createRandom } from '../../lib/embedded/random.ts';
import { createScheduler } from '../../lib/embedded/time/scheduler.ts';
import type { ConsumerInfo, OperatorAccess } from '../../lib/operations/access.ts';
import { createRuntime } from '../../lib/runtime/create-runtime.ts';
import type { Claim } from '../../lib/runtime/journal/claim.ts';
import { createEnvelope, isoTime } from '../../lib/runtime/message/envelopes.ts';
import { noTelemetry } from '../../lib/runtime/ports/telemetry.ts';
import type { Tracing } from '../../lib/runtime/ports/tracing.ts';
import type { RuntimeOptions, ServiceRuntime } from '../../lib/runtime/service-runtime.ts';
import { manifestOf } from '../../lib/topology/manifest.ts';
import { createPayments, shop } from '../embedded/shop.ts';

const SWEEP_MILLISECONDS = 60_000;
const SETTLE_MILLISECONDS = 7_200_000;

export interface RigOptions {
  // biome-ignore lint/suspicious/noExplicitAny: a service is invariant in its clients
  readonly services?: readonly Service<any>[];
  readonly clients?: Readonly<Record<string, object>>;
  readonly settings?: Partial<Settings>;
  readonly createRuntime?: (options: RuntimeOptions) => ServiceRuntime;
  readonly tracing?: Tracing;
  /** Of the services' processes, by seed; the operator's own calls have none. @default - none */
  readonly faults?: Faults;
  readonly seed?: number;
}

/** A runtime that takes messages and loses them while `isOff` says so. */
export function losing(service: string, isOff: () => boolean): (options: RuntimeOptions) => ServiceRuntime {
  return (options) => {
    const runtime = createRuntime(options);
    if (options.service.name !== service) return runtime;
    return {
      ...runtime,
      consume: async (deliveries, invocation) =>
        isOff() ? deliveries.map(() => ({ status: 'done' as const })) : runtime.consume(deliveries, invocation),
    };
  };
}

/** The world and its operator. */
export function createRig(options: RigOptions = {}) {
  const payments = createPayments();
  const { services = shop.services, clients = { payments } } = options;
  const choreography = defineChoreography({ name: 'rig', services: [...services] });
  const scheduler = createScheduler();
  const backbone = createBackbone({
    scheduler,
    random: createRandom(options.seed ?? 1),
    rates: checkFaults(options.faults),
    latencyMilliseconds: 5,
  });
  const hosts = new Map<string, ServiceHost>(
    choreography.services.map((service) => [
      service.name,
      createServiceHost({
        backbone,
        service,
        clients,
        settings: options.settings ?? {},
        telemetry: noTelemetry,
        ...(options.tracing ? { tracing: options.tracing } : {}),
        createRuntime: options.createRuntime ?? createRuntime,
      }),
    ]),
  );
  const types = new Set([...hosts.values()].flatMap(({ busTypes }) => busTypes));
  if (types.size > 0) createBridgeHost({ backbone, types, telemetry: noTelemetry, onMalformed: async () => undefined });
  scheduler.every(SWEEP_MILLISECONDS, () => {
    for (const host of hosts.values()) host.sweep();
  });
  const consumers: readonly ConsumerInfo[] = choreography.services.map((service) => ({
    name: service.name,
    source: service.source,
    ...(options.settings?.messageAgeSecondsMax === undefined ? {} : { messageAgeSecondsMax: options.settings.messageAgeSecondsMax }),
    manifest: manifestOf(service),
  }));
  const records = createMemoryControlRecords({ clock: scheduler });
  const access: OperatorAccess = createOperatorAccess({ backbone, hosts: hosts.values(), consumers, who: 'ada', records });
  const host = (name: string) => hosts.get(name) as ServiceHost;
  const run = <Value>(promise: Promise<Value>): Promise<Value> => scheduler.finish(promise);
  return {
    backbone,
    scheduler,
    access,
    payments,
    manifests: consumers.flatMap(({ manifest }) => manifest ?? []),
    run,
    store: (name: string) => host(name).store,
    host,
    services: choreography.services.map(({ name }) => name),
    send: (command: CommandType, data: unknown, idempotencyKey: string) =>
      run(
        callCommand({ ...backbone, random: backbone.random.fork(idempotencyKey) }, host('order'), {
          command,
          data,
          idempotencyKey,
          caller: 'test',
        }),
      ),
    async publish(event: EventType, data: unknown, id: string, saga = id): Promise<void> {
      const head = { id, source: 'elsewhere', time: isoTime(scheduler.now()), correlationid: saga, causationid: id, hops: 0 };
      await backbone.publisher.publish([createEnvelope(event, data, head)]);
    },
    /** Until nothing is left to do. */
    async settle(advanceSeconds = 0): Promise<void> {
      const done = () => !scheduler.busy && ![...hosts.values()].some((one) => one.hasWork());
      await scheduler.run({ done, until: scheduler.now() + SETTLE_MILLISECONDS });
      if (advanceSeconds > 0) await scheduler.run({ until: scheduler.now() + advanceSeconds * 1000 });
      if (advanceSeconds > 0) await scheduler.run({ done, until: scheduler.now() + SETTLE_MILLISECONDS });
    },
    /** All journals as text, without what is noted on the side. */
    journals: () => JSON.stringify(choreography.services.map(({ name }) => ({ ...host(name).store.snapshot(), successes: [] }))),
  };
}

export type Rig = ReturnType<typeof createRig>;

/** An access to journals that were written before undos named their trigger. */
export function withoutTriggers(access: OperatorAccess): OperatorAccess {
  const older = ({ emissions, ...claim }: Claim): Claim => ({
    ...claim,
    emissions: emissions.map(({ trigger: _, ...emission }) => emission),
  });
  return {
    ...access,
    store(service) {
      const store = access.store(service);
      return { ...store, listClaims: async (saga, limit) => (await store.listClaims(saga, limit)).map(older) };
    },
  };
}

/** The operator's machine goes down. */
export const killed = new Error('killed');

type Method = (...parameters: readonly unknown[]) => Promise<unknown>;

/** An access whose calls to ports go through `around`, with their number from 1. */
function watched(access: OperatorAccess, around: (call: number, method: () => Promise<unknown>) => Promise<unknown>) {
  let calls = 0;
  function watch<Port extends object>(port: Port): Port {
    const entries = Object.entries(port).map(([name, member]) => {
      if (typeof member !== 'function' || name === 'now') return [name, member] as const;
      const method: Method = async (...parameters) => {
        calls += 1;
        return around(calls, async () => (member as Method).apply(port, [...parameters]));
      };
      return [name, method] as const;
    });
    return Object.fromEntries(entries) as Port;
  }
  const { stream, publisher } = access;
  return {
    ...access,
    control: watch(access.control),
    records: watch(access.records),
    ...(stream ? { stream: watch(stream) } : {}),
    ...(publisher ? { publisher: watch(publisher) } : {}),
    store: (service: string) => watch(access.store(service)),
    replayQueue: (service: string) => watch(access.replayQueue(service)),
    calls: () => calls,
  };
}

/**
 * An access whose `k`-th call to a port never answers to its caller: it throws before it takes effect, or after it
 * (`late`). Everything after it throws as well, as the process is gone.
 */
export function killedAt(access: OperatorAccess, k: number, late: boolean): OperatorAccess & { readonly calls: () => number } {
  return watched(access, async (call, method) => {
    if (call > k || (call === k && !late)) throw killed;
    const result = await method();
    if (call === k) throw killed;
    return result;
  });
}

/** An access that does something else before its `k`-th call to a port. */
export function beforeCall(
  access: OperatorAccess,
  k: number,
  work: () => Promise<void>,
): OperatorAccess & { readonly calls: () => number } {
  return watched(access, async (call, method) => {
    if (call === k) await work();
    return method();
  });
}
