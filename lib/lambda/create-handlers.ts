import type { Service } from '../contract/service.ts';
import type { Tracing } from '../runtime/ports/tracing.ts';
import type { CommandOutcome } from '../runtime/service-runtime.ts';
import type { HttpAnswer } from './command.ts';
import { type BatchResponse, deadlineOf, type LambdaContext } from './lambda-context.ts';
import { type ClientFactories, type InstanceOptions, lazyInstance } from './start-instance.ts';
import type { LambdaLogger } from './telemetry/telemetry.ts';
import { work } from './worker.ts';

/** What Lambda runs of one service. */
export interface Handlers {
  /** Stream, queues and the sweep of every minute: told apart by the event. */
  worker(event: unknown, context: LambdaContext): Promise<BatchResponse | undefined>;
  /** Commands: over a function URL or API Gateway (payload format 2), or `{ command, data, idempotencyKey, caller? }` by invocation. */
  command(event: unknown, context: LambdaContext): Promise<HttpAnswer | CommandOutcome>;
}

/** Each client itself, or a function that makes it at the first event. */
export type ClientFactory<Clients> = { readonly [Name in keyof Clients]: Clients[Name] | (() => Clients[Name] | Promise<Clients[Name]>) };

/** What every service may be given. */
export interface HandlerOptions {
  /** Where logs go, e.g. a Powertools Logger with keys of your own. @default - a Powertools Logger; POWERTOOLS_LOG_LEVEL sets its level */
  readonly logger?: LambdaLogger;
  /** Spans for reactions, e.g. `openTelemetry(api)`. @default - none; events carry on the trace context of what they follow */
  readonly tracing?: Tracing;
}

/** Options; needed only by a service with clients. Of a service typed without their names nobody knows; then they are looked for at the first event. */
export type Needs<Clients> = [keyof Clients] extends [never]
  ? [options?: HandlerOptions]
  : string extends keyof Clients
    ? [options?: HandlerOptions & { readonly clients?: ClientFactory<Clients> }]
    : [options: HandlerOptions & { readonly clients: ClientFactory<Clients> }];

/** The options as the instance takes them. */
export function optionsOf(needs: readonly unknown[]): HandlerOptions & { readonly clients: ClientFactories } {
  const [given] = needs as readonly (Partial<ReturnType<typeof optionsOf>> | undefined)[];
  return { clients: {}, ...given };
}

/** The same on any ports: for tests. */
export function createHandlersOn(options: InstanceOptions): Handlers {
  const instanceFor = lazyInstance(options);
  async function run<Result>(
    context: LambdaContext,
    handle: (instance: Awaited<ReturnType<typeof instanceFor>>) => Promise<Result>,
  ): Promise<Result> {
    const instance = await instanceFor(context.getRemainingTimeInMillis());
    instance.ports.callsEndAt?.(deadlineOf(context, instance.ports.clock.now()));
    try {
      return await handle(instance);
    } finally {
      instance.flush();
    }
  }
  return {
    worker: (event, context) => run(context, (instance) => work(instance, event, context)),
    // Loaded at the first command: the worker, which has the same code, never gets one.
    command: (event, context) => run(context, async (instance) => (await import('./later.ts')).runCommand(instance, event, context)),
  };
}

/**
 * The functions of a service, for the file that the construct's `entry` names: `export const { worker, command } =
 * createHandlers(service)`. Nothing is read or connected before the first event.
 * @throws at the first event: ENVIRONMENT_MISSING, ENVIRONMENT_INVALID, SERVICE_MISMATCH, CLIENT_MISSING, INVALID_SETTINGS
 */
export function createHandlers<Clients>(service: Service<Clients>, ...needs: Needs<Clients>): Handlers {
  return createHandlersOn({ service, ...optionsOf(needs) });
}
