import { checkIndex, type EntityType } from '../contract/entity.ts';
import { createGenerationReader } from './generation-reader.ts';
import { entityKey, keyText } from './journal/item-key.ts';
import type { Store } from './ports/store.ts';
import { keyOf, readState } from './transaction/state-shape.ts';

/** A part of the entities that an index finds. */
export interface EntityPage {
  readonly limit: number;
  readonly cursor?: string;
}

/** Reads the entities of one service outside a reaction, in its current generation. */
export interface EntityReader {
  get<State>(entity: EntityType<State>, id: string): Promise<State | undefined>;
  /** Entities by a declared index. @throws UNKNOWN_INDEX */
  query<State>(
    entity: EntityType<State>,
    index: string,
    value: string,
    page: EntityPage,
  ): Promise<{ readonly items: readonly State[]; readonly cursor?: string }>;
}

/** One for each service: it remembers which generation the last read was in. `open`: gives its store. */
export function createEntityReader(open: () => Store | Promise<Store>): EntityReader {
  const reader = createGenerationReader();
  return {
    async get<State>(entity: EntityType<State>, id: string) {
      const { entities } = await reader.from(await open(), (store) => store.read({ entities: [keyOf(entity, id)] }));
      const record = entities.get(keyText(entityKey(entity.name, id)));
      return record && (readState(entity, id, record) as State);
    },
    async query<State>(entity: EntityType<State>, index: string, value: string, page: EntityPage) {
      checkIndex(entity, index);
      const found = await reader.from(await open(), (store) => store.queryEntities({ entity: entity.name, index, value, ...page }));
      const items = found.items.map(({ id, record }) => readState(entity, id, record) as State);
      return found.cursor === undefined ? { items } : { items, cursor: found.cursor };
    },
  };
}
