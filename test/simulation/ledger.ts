// A read model of all events: what is taken twice, not at all, or in another order shows.
import { defineEntity, defineReaction, defineService, type EventType, type Service } from 'aws-choreography';
import type { Engine } from '../../lib/embedded/engine.ts';
import { isVisible } from './judge-random.ts';

/** Its service. */
export const LEDGER = 'ledger';

/** Every event of a saga, in the order in which they were taken. */
const Ledger = defineEntity<{ readonly events: readonly string[] }>('Ledger');

/** The service that keeps it. */
export function ledgerOf(events: readonly EventType[]): Service {
  const note = defineReaction({
    name: 'noteEvent',
    on: events as readonly [EventType],
    reprocessable: true,
    async react({ id, source, correlationid: saga }, tx) {
      const ledger = await tx.get(Ledger, saga);
      tx.put(Ledger, saga, { events: [...(ledger?.events ?? []), `${source} ${id}`] });
    },
  });
  return defineService({ name: LEDGER, reactions: [note] });
}

/** It has each event once, in the order of the stream. */
export function judgeLedger(engine: Engine): string[] {
  const store = engine.store(LEDGER);
  const bySaga = new Map<string, Set<string>>();
  for (const { envelope } of engine.published()) {
    const { correlationid: saga, source, id } = envelope;
    bySaga.set(saga, (bySaga.get(saga) ?? new Set()).add(`${source} ${id}`));
  }
  return [...bySaga].flatMap(([saga, published]) => {
    if (isVisible(engine, [LEDGER], saga)) return [];
    const noted = (store.entity(Ledger.name, saga)?.state as { events: readonly string[] } | undefined)?.events ?? [];
    const [text, expected] = [noted.join(', '), [...published].join(', ')];
    return text === expected ? [] : [`the ledger has of saga ${saga}: ${text}; the stream has: ${expected}`];
  });
}
