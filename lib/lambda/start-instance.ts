import { FUNCTION_SECONDS_MAX } from '../contract/limits.ts';
import type { AnyService } from '../contract/service.ts';
import { assembleRuntime } from '../runtime/assemble-runtime.ts';
import type { Tracing } from '../runtime/ports/tracing.ts';
import type { RuntimePorts } from '../runtime/service-runtime.ts';
import { readEnvironment, type ServiceEnvironment, type Variables } from './environment.ts';
import { checkEnvironment } from './environment-check.ts';
import { laterPaths } from './later-paths.ts';
import { createServicePorts, type ServicePorts } from './ports/service-ports.ts';
import type { ServiceInstance } from './service-instance.ts';
import { createTelemetry, type LambdaLogger, type LambdaTelemetry } from './telemetry/telemetry.ts';

/** Clients by name: each is the client itself, or a function that makes it at the first event. */
export type ClientFactories = Readonly<Record<string, unknown>>;

/** What an instance is made of. */
export interface InstanceOptions {
  readonly service: AnyService;
  readonly clients: ClientFactories;
  /** @default - the environment of the process, at the first event */
  readonly variables?: () => Variables;
  /** @default - AWS */
  readonly createPorts?: (environment: ServiceEnvironment, telemetry: LambdaTelemetry) => ServicePorts;
  /** Where logs go. @default - Powertools */
  readonly logger?: LambdaLogger;
  /** @default - no spans */
  readonly tracing?: Tracing;
  /** @default - Powertools */
  readonly createTelemetry?: (service: string, logger?: LambdaLogger) => LambdaTelemetry;
}

/** Makes what is given as a function, each once for the process: when one fails, the others are not made again. */
async function makeClients(clients: ClientFactories, made: Map<string, object>): Promise<Readonly<Record<string, object>>> {
  const makeOne = async ([name, client]: readonly [string, unknown]) => {
    if (!made.has(name)) made.set(name, (typeof client === 'function' ? await (client as () => unknown)() : client) as object);
  };
  const results = await Promise.allSettled(Object.entries(clients).map(makeOne));
  const failed = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  if (failed) throw failed.reason;
  return Object.fromEntries(made);
}

/** Loaded where there is tracing: a function without it starts as before. */
async function tracingOf({ service, tracing }: InstanceOptions, telemetry: LambdaTelemetry): Promise<Pick<RuntimePorts, 'tracing'>> {
  if (!tracing) return {};
  const { guardTracing } = await import('../runtime/guarded-tracing.ts');
  return { tracing: guardTracing(tracing, service.name, telemetry) };
}

async function start(options: InstanceOptions, made: Map<string, object>, remainingMilliseconds: number): Promise<ServiceInstance> {
  const { service, variables = () => process.env, createPorts = createServicePorts } = options;
  const environment = readEnvironment(variables());
  checkEnvironment(service, environment);
  const telemetry = (options.createTelemetry ?? createTelemetry)(service.name, options.logger);
  const ports = { ...createPorts(environment, telemetry), ...(await tracingOf(options, telemetry)) };
  const clients = await makeClients(options.clients, made);
  const { settings } = environment;
  // The first event has about all of the function's time: less would let a second attempt begin while the first one runs.
  const has = Math.min(Math.ceil(remainingMilliseconds / 1000), FUNCTION_SECONDS_MAX); // a clock may be behind the one that set the deadline
  const attemptSecondsMax = Math.max(settings.attemptSecondsMax ?? 1, has);
  const runtime = assembleRuntime({ service, ports, clients, settings: { ...settings, attemptSecondsMax } }, laterPaths);
  return { service, runtime, ports, environment, flush: () => telemetry.flush() };
}

/**
 * Makes the instance at the first event, once for the process. A start that failed (a secret that could not be read) is
 * tried again with the next event.
 */
export function lazyInstance(options: InstanceOptions): (remainingMilliseconds: number) => Promise<ServiceInstance> {
  const made = new Map<string, object>();
  let starting: Promise<ServiceInstance> | undefined;
  return (remainingMilliseconds) => {
    starting ??= start(options, made, remainingMilliseconds).catch((error: unknown) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };
}
