import shop from '../../../functions/choreography.ts';
import { createSandboxCarrier, createSandboxGateway, createSandboxMailer } from '../../../functions/sandbox.ts';
import { createEngine } from '../../../lib/embedded/engine.ts';
import { PlaceOrder } from '../../../schemas/generated/index.ts';
import type { ShopSystem } from './system.ts';

/** Looks before a wait is given up; between two of them all that can happen has happened, and a virtual minute passes. */
const LOOKS_MAX = 30;
const STEP_SECONDS = 60;

/** The shop in this process, in virtual time, with the same outside systems and some faults. */
export function createEmbeddedShop(seed: number): ShopSystem {
  const engine = createEngine(shop, {
    seed,
    faults: { duplicate: 0.2, reorder: 0.2, crashAfterCommit: 0.1, crashBeforeCommit: 0.1 },
    clients: { gateway: createSandboxGateway(), carrier: createSandboxCarrier(), mailer: createSandboxMailer() },
  });
  return {
    async place({ customerId, sku, quantity, totalCents }, idempotencyKey) {
      const data = { customerId, items: quantity === 0 ? [] : [{ sku, quantity }], totalCents, currency: 'EUR' };
      const outcome = await engine.send(PlaceOrder, data, { idempotencyKey });
      if (!outcome.ok) return { ok: false, code: outcome.code };
      return { ok: true, orderId: (outcome.answer as { readonly orderId: string }).orderId, correlationId: outcome.correlationId };
    },
    store: (service) => engine.store(service),
    putRecord: async (text, partitionKey) => engine.putRecord(text, partitionKey),
    putEvent: async (event) => engine.putEvent(event),
    pause: (service) => engine.pause(service),
    resume: (service) => engine.resume(service),
    now: () => engine.scheduler.now(),
    async until(what, look) {
      for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
        await engine.settle({ advanceSeconds: looks === 0 ? 0 : STEP_SECONDS });
        const found = await look();
        if (found !== undefined) return found;
      }
      throw new Error(`not seen within ${LOOKS_MAX} virtual minutes: ${what}`);
    },
  };
}
