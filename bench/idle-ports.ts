import { createMemoryControl } from '../lib/embedded/memory/control.ts';
import { createMemoryStore } from '../lib/embedded/memory/store.ts';
import { entityKey, keyText } from '../lib/runtime/journal/item-key.ts';
import type { EntityRecord } from '../lib/runtime/journal/unit.ts';
import type { Store, UnitOutcome } from '../lib/runtime/ports/store.ts';
import { noTelemetry } from '../lib/runtime/ports/telemetry.ts';
import type { RuntimePorts } from '../lib/runtime/service-runtime.ts';

/** Milliseconds since 1970 at which the benches stand still. */
export const NOW = Date.parse('2026-01-01T00:00:01Z');

const clock = { now: () => NOW, sleep: async () => {} };
const committed: UnitOutcome = { status: 'committed' };

/** Finds no claim, and for each entity that is asked for the same state; commits say yes and keep nothing. */
function createIdleStore(state: unknown): Store {
  const record: EntityRecord = { state, shapeVersion: 1, version: 'given', indexes: {} };
  return {
    ...createMemoryStore({ clock }),
    async read({ entities = [] }) {
      const found = new Map<string, EntityRecord>();
      for (const { entity, id } of entities) found.set(keyText(entityKey(entity, id)), record);
      return { claims: new Map(), entities: found, sagas: new Map(), deadLetters: new Map(), outbox: new Map() };
    },
    commit: async (units) => units.map(() => committed),
    clearOutbox: async () => {},
    noteSuccess: async () => {},
  };
}

/** Ports of a world that answers at once and keeps nothing: what is left is the runtime's own cost. */
export function createIdlePorts(state: unknown): RuntimePorts {
  let ids = 0;
  return {
    store: createIdleStore(state),
    publisher: { publish: async (events) => events.map(() => ({ status: 'published' })) },
    replayQueue: { send: async () => {} },
    control: createMemoryControl(),
    clock,
    entropy: {
      random: () => 0.5,
      uniqueId() {
        ids += 1;
        return `commit-${ids}`;
      },
    },
    telemetry: noTelemetry,
  };
}
