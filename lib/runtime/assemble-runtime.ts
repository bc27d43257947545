import { ChoreographyError } from '../contract/errors.ts';
import { reactionsOf } from '../contract/service.ts';
import { checkSettings } from '../contract/settings.ts';
import { createCommandLimit } from './command-limit.ts';
import type { RuntimeContext } from './context.ts';
import { isRebuildable, stayingStore } from './generation.ts';
import { createHealth } from './health.ts';
import { buildCatalog } from './message/catalog.ts';
import { consumeBatch } from './paths/consume.ts';
import type { DeliveryResult } from './ports/delivery.ts';
import { createRateLimit } from './rate.ts';
import { createRetryBudget } from './retry-budget.ts';
import type { RuntimePaths } from './runtime-paths.ts';
import type { RuntimeOptions, ServiceRuntime } from './service-runtime.ts';

/** How long a look at the control table stays good, in milliseconds. */
const CONTROL_CACHE_MILLISECONDS = 10_000;

function checkClients({ service, clients = {} }: RuntimeOptions): void {
  for (const { name, clients: declared } of reactionsOf(service)) {
    const missing = Object.keys(declared).find((client) => typeof clients[client] !== 'object' && typeof clients[client] !== 'function');
    if (missing === undefined) continue;
    throw new ChoreographyError(
      'CLIENT_MISSING',
      `Reaction ${name} of ${service.name} calls the client ${missing}, which was not given; pass clients: { ${missing}: … }.`,
      {
        details: { service: service.name, reaction: name, client: missing },
      },
    );
  }
}

/** Whether the consumer is paused, looked up now and then; while the control table does not answer, what was last known holds. */
function pauseSwitch(context: RuntimeContext): { isPaused(): Promise<boolean>; pause(reason: string): Promise<void> } {
  const { control, clock, telemetry } = context.ports;
  let known = { paused: false, at: Number.NEGATIVE_INFINITY };
  return {
    async isPaused() {
      const now = clock.now();
      if (now - known.at < CONTROL_CACHE_MILLISECONDS) return known.paused;
      try {
        const { paused: isPaused } = await control.consumer(context.service);
        if (known.paused && !isPaused) context.health.resumed();
        known = { paused: isPaused, at: now };
      } catch (error) {
        telemetry.log({
          level: 'warn',
          message: 'the control table does not answer',
          fields: { service: context.service, error: String(error) },
        });
      }
      return known.paused;
    },
    async pause(reason) {
      known = { paused: true, at: clock.now() };
      try {
        await control.setConsumer(context.service, { paused: true, reason, since: clock.now() });
      } catch (error) {
        telemetry.log({
          level: 'error',
          message: 'the consumer could not be paused',
          fields: { service: context.service, error: String(error) },
        });
        return;
      }
      telemetry.count('consumer-paused', { service: context.service });
      telemetry.log({ level: 'error', message: 'the consumer is paused', fields: { service: context.service, reason } });
    },
  };
}

const paused: DeliveryResult = { status: 'unfinished', reason: 'the consumer is paused', paused: true };

/** An error that nobody expected gives a batch back as a whole: what it has committed is recognised by its claims. */
async function orUnfinished(
  { service, ports }: RuntimeContext,
  deliveries: readonly unknown[],
  run: () => Promise<readonly DeliveryResult[]>,
): Promise<readonly DeliveryResult[]> {
  try {
    return await run();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    ports.telemetry.log({ level: 'error', message: 'a batch could not be handled', fields: { service, error: reason } });
    return deliveries.map(() => ({ status: 'unfinished', reason }));
  }
}

/**
 * A runtime of the paths that it is given beside the one for batches, which it always has.
 * @throws CLIENT_MISSING, INVALID_SETTINGS
 */
export function assembleRuntime(options: RuntimeOptions, paths: RuntimePaths): ServiceRuntime {
  checkClients(options);
  const { service, ports, clients = {} } = options;
  const settings = checkSettings(options.settings);
  const rebuildable = isRebuildable(service);
  const context: RuntimeContext = {
    service: service.name,
    catalog: buildCatalog(service),
    ports: rebuildable ? ports : { ...ports, store: stayingStore(ports.store) },
    clients,
    settings,
    health: createHealth(ports.store, ports.clock),
    rate: createRateLimit(service.publishRate, ports.clock),
    commandLimit: createCommandLimit(service.commandRate, ports.clock),
    retryBudget: createRetryBudget(settings),
    rebuildable,
  };
  const breaker = pauseSwitch(context);

  /** N technical give-ups in a row are no longer bad messages: something behind the reaction is down. */
  async function noteGiveUps(inARow: number): Promise<void> {
    if (inARow >= context.settings.giveUpsInARowMax) await breaker.pause(`${inARow} messages in a row were given up`);
  }
  return {
    async consume(deliveries, invocation) {
      if (await breaker.isPaused()) return deliveries.map(() => paused);
      return orUnfinished(context, deliveries, async () => {
        const { results, giveUpsInARow } = await consumeBatch(context, 'live', deliveries, invocation);
        await noteGiveUps(giveUpsInARow);
        return results;
      });
    },
    async replay(deliveries, invocation) {
      const results: DeliveryResult[] = [];
      for (const delivery of deliveries) {
        const { result, giveUpsInARow } = await paths.replayOne(context, delivery, invocation);
        await noteGiveUps(giveUpsInARow);
        results.push(result);
      }
      return results;
    },
    drain: (deliveries, failure, invocation) =>
      orUnfinished(context, deliveries, () => paths.drain(context, deliveries, failure, invocation)),
    async drainTask(delivery, failure, invocation) {
      const [result] = await orUnfinished(context, [delivery], async () => [await paths.drainTask(context, delivery, failure, invocation)]);
      return result as DeliveryResult;
    },
    sweep: (invocation) => paths.sweep(context, invocation),
    execute: (call, invocation) => paths.execute(context, call, invocation),
  };
}
