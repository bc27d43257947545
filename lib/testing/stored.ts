import type { EntityType } from '../contract/entity.ts';
import type { Store } from '../runtime/ports/store.ts';
import { keyOf, writeState } from '../runtime/transaction/state-shape.ts';

/** State that is there before a test; made by `stored`. */
export interface StoredEntity {
  readonly kind: 'stored';
  readonly entity: EntityType;
  readonly id: string;
  readonly state: unknown;
}

/** State that is there before the test. */
export function stored<State>(entity: EntityType<State>, id: string, state: NoInfer<State>): StoredEntity {
  return { kind: 'stored', entity, id, state };
}

/** Writes given state into a store, as if an earlier commit had. @throws STATE_TOO_LARGE, NOT_JSON */
export async function writeStored(store: Store, given: readonly StoredEntity[]): Promise<void> {
  for (const [index, { entity, id, state }] of given.entries()) {
    const commit = `given-${index + 1}`;
    await store.commit([
      { id: commit, writes: [{ kind: 'entity', key: keyOf(entity, id), expect: null, put: writeState(entity, id, state, commit) }] },
    ]);
  }
}
