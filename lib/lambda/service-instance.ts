import type { Service } from '../contract/service.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import type { ServiceRuntime } from '../runtime/service-runtime.ts';
import { readEnvironment, type ServiceEnvironment, type Variables } from './environment.ts';
import { createServicePorts, type ServicePorts } from './service-ports.ts';
import { createTelemetry, type LambdaTelemetry } from './telemetry.ts';

/** Clients by name: each is the client itself, or a function that makes it at the first event. */
export type ClientFactories = Readonly<Record<string, unknown>>;

/** One service in one process. */
export interface ServiceInstance {
  // biome-ignore lint/suspicious/noExplicitAny: a service is invariant in its clients; only `any` admits every one of them
  readonly service: Service<any>;
  readonly runtime: ServiceRuntime;
  readonly ports: ServicePorts;
  readonly environment: ServiceEnvironment;
  /** Sends what was counted; at the end of every invocation. */
  flush(): void;
}

/** What an instance is made of. */
export interface InstanceOptions {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly service: Service<any>;
  readonly clients: ClientFactories;
  /** @default - the environment of the process, at the first event */
  readonly variables?: () => Variables;
  /** @default - AWS */
  readonly createPorts?: (environment: ServiceEnvironment, telemetry: LambdaTelemetry) => ServicePorts;
  /** @default - Powertools */
  readonly createTelemetry?: (service: string) => LambdaTelemetry;
}

/** A class is a client of its own kind only when called with `new`; every other function makes the client. */
async function resolveClients(clients: ClientFactories): Promise<Readonly<Record<string, object>>> {
  const made = Object.entries(clients).map(async ([name, client]) => {
    const value: unknown = typeof client === 'function' ? await (client as () => unknown)() : client;
    return [name, value as object] as const;
  });
  return Object.fromEntries(await Promise.all(made));
}

async function start(options: InstanceOptions, remainingMilliseconds: number): Promise<ServiceInstance> {
  const { service, variables = () => process.env, createPorts = createServicePorts } = options;
  const environment = readEnvironment(variables());
  const telemetry = (options.createTelemetry ?? createTelemetry)(service.name);
  const ports = createPorts(environment, telemetry);
  const clients = await resolveClients(options.clients);
  // The first event has about all of the function's time: no attempt can run longer.
  const attemptSecondsMax = Math.max(1, Math.ceil(remainingMilliseconds / 1000));
  const runtime = createRuntime({ service, ports, clients, settings: { attemptSecondsMax, ...environment.settings } });
  return { service, runtime, ports, environment, flush: () => telemetry.flush() };
}

/**
 * Makes the instance at the first event, once for the process. A start that failed (a secret that could not be read) is
 * tried again with the next event.
 */
export function lazyInstance(options: InstanceOptions): (remainingMilliseconds: number) => Promise<ServiceInstance> {
  let starting: Promise<ServiceInstance> | undefined;
  return (remainingMilliseconds) => {
    starting ??= start(options, remainingMilliseconds).catch((error: unknown) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };
}
