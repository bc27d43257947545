import { type AnyService, reactionsOf, type Service } from '../../contract/service.ts';
import type { Settings } from '../../contract/settings.ts';
import type { RuntimeOptions, RuntimePorts, ServiceRuntime } from '../../runtime/service-runtime.ts';
import type { Backbone } from '../backbone.ts';
import { createFaultGate } from '../faults/fault-gate.ts';
import { createFaultyClients } from '../faults/faulty-clients.ts';
import { createFaultyPorts } from '../faults/faulty-ports.ts';
import { createProcessPool, type ProcessPool } from './process.ts';

/** What runs a service's code. */
export interface ServiceFunctions {
  /** Stream, queues and sweep. */
  readonly worker: ProcessPool<ServiceRuntime>;
  /** Commands. */
  readonly command: ProcessPool<ServiceRuntime>;
}

/** What `createServiceFunctions` takes. */
export interface ServiceFunctionsOptions {
  readonly backbone: Backbone;
  readonly service: AnyService;
  readonly ports: Omit<RuntimePorts, 'clock' | 'entropy'>;
  /** By name; those that the service does not declare are left out. */
  readonly clients: Readonly<Record<string, object>>;
  readonly settings: Partial<Settings>;
  readonly createRuntime: (options: RuntimeOptions) => ServiceRuntime;
}

/** Seconds that a command's caller waits (API Gateway: 29). */
const COMMAND_TIMEOUT_SECONDS = 29;

/** Names of the clients that a service declares, and of those that every reaction declares as read-only. */
function declaredClients(service: Service): { readonly names: ReadonlySet<string>; readonly readOnly: ReadonlySet<string> } {
  const declared = reactionsOf(service).flatMap(({ clients }) => Object.entries(clients));
  const changing = new Set(declared.filter(([, { readOnly }]) => !readOnly).map(([name]) => name));
  const names = new Set(declared.map(([name]) => name));
  return { names, readOnly: new Set([...names].filter((name) => !changing.has(name))) };
}

/**
 * The functions of one service. Each process has a runtime of its own, and sees time, chance and the outside through
 * its own faults.
 * @throws CLIENT_MISSING, INVALID_SETTINGS
 */
export function createServiceFunctions(options: ServiceFunctionsOptions): ServiceFunctions {
  const { backbone, service, ports, settings, createRuntime } = options;
  const { scheduler, random, rates, latencyMilliseconds, trace, emit } = backbone;
  const { names, readOnly } = declaredClients(service);
  const clients = Object.fromEntries(Object.entries(options.clients).filter(([name]) => names.has(name)));
  const createPool = (name: string, timeoutSeconds?: number): ProcessPool<ServiceRuntime> =>
    createProcessPool({
      name,
      scheduler,
      random: random.fork(`function ${name}`),
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      create(process) {
        const gate = createFaultGate({ process, rates, scheduler, latencyMilliseconds });
        return createRuntime({
          service,
          ports: createFaultyPorts(ports, gate),
          clients: createFaultyClients(clients, readOnly, gate),
          settings,
        });
      },
      onEvent(kind, { id }) {
        trace.note(kind, scheduler.now(), id);
        emit({ kind, at: scheduler.now(), process: id });
      },
    });
  // A service that cannot start says so now, not in every invocation.
  createRuntime({
    service,
    ports: { ...ports, clock: scheduler, entropy: { random: random.next, uniqueId: () => '' } },
    clients,
    settings,
  });
  return { worker: createPool(service.name), command: createPool(`${service.name}-command`, COMMAND_TIMEOUT_SECONDS) };
}
