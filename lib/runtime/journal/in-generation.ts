import { ChoreographyError } from '../../contract/errors.ts';
import type { Page, ReadRequest, ReadResult, Store } from '../ports/store.ts';
import type { Claim } from './claim.ts';
import { entityKey, type ItemKey, keyText } from './item-key.ts';
import type { EntityKey, Unit, Write } from './unit.ts';

/** Separates an entity's name from its generation: no entity has a name with it. */
const MARK = '.';

/** The name under which a generation's entities are stored. */
export function entityIn(entity: string, generation: number): string {
  return generation === 1 ? entity : `${entity}${MARK}${generation}`;
}

/** What the name says under which an entity is stored. */
export function storedName(stored: string): { readonly entity: string; readonly generation: number } {
  const at = stored.indexOf(MARK);
  return at < 0 ? { entity: stored, generation: 1 } : { entity: stored.slice(0, at), generation: Number(stored.slice(at + 1)) };
}

function claimIn({ partition, sort }: ItemKey, generation: number): ItemKey {
  return { partition, sort: `${generation}#${sort}` };
}

/** A table that a team brought has one item an entity, and no second generation. */
function refuseBrought({ entity, table }: EntityKey): never {
  throw new ChoreographyError(
    'TABLE_NOT_REBUILT',
    `${entity} lives in the table ${table?.name}, which was brought: it cannot be built anew beside what is there. Keep it in the service's own table.`,
    { details: { entity } },
  );
}

function mapped(write: Write, generation: number, keyIn: (key: EntityKey) => EntityKey): Write {
  switch (write.kind) {
    case 'claim':
      return { ...write, key: claimIn(write.key, generation), put: { ...write.put, generation } };
    case 'entity':
    case 'entity-check':
      return { ...write, key: keyIn(write.key) };
    default:
      return write;
  }
}

async function readIn(store: Store, request: ReadRequest, generation: number, keyIn: (key: EntityKey) => EntityKey): Promise<ReadResult> {
  const { claims = [], entities = [] } = request;
  const found = await store.read({ ...request, claims: claims.map((key) => claimIn(key, generation)), entities: entities.map(keyIn) });
  const claimsByName = claims.map((key) => [keyText(key), found.claims.get(keyText(claimIn(key, generation)))] as const);
  const entitiesByName = entities.map((key) => {
    const { entity, id } = keyIn(key);
    return [keyText(entityKey(key.entity, key.id)), found.entities.get(keyText(entityKey(entity, id)))] as const;
  });
  const there = <Value>([, value]: readonly [string, Value | undefined]): boolean => value !== undefined;
  return {
    ...found,
    claims: new Map(claimsByName.filter(there) as [string, Claim][]),
    entities: new Map(entitiesByName.filter(there) as [string, never][]),
  };
}

/**
 * A journal as one generation sees it: claims and entities of its own, all else (parked messages, dead letters, outbox) in
 * common. Keys stay as they are for whoever uses it. `building`: an entity in a brought table is refused, as it has no second one.
 */
export function storeIn(store: Store, generation: number, building = false): Store {
  const isOurs = (claim: Claim): boolean => (claim.generation ?? 1) === generation;
  const lists = {
    listClaims: async (saga: string, limit: number) => (await store.listClaims(saga, limit)).filter(isOurs),
    async scanClaims(query: Parameters<Store['scanClaims']>[0]): Promise<Page<Claim>> {
      const page = await store.scanClaims(query);
      return { ...page, items: page.items.filter(isOurs) };
    },
  };
  if (generation === 1) return { ...store, ...lists };
  const keyIn = (key: EntityKey): EntityKey => {
    if (key.table) return building ? refuseBrought(key) : key;
    return { ...key, entity: entityIn(key.entity, generation) };
  };
  const unitIn = ({ id, writes }: Unit): Unit => ({ id, writes: writes.map((write) => mapped(write, generation, keyIn)) });
  return {
    ...store,
    ...lists,
    read: (request) => readIn(store, request, generation, keyIn),
    commit: async (units) => store.commit(units.map(unitIn)),
    keepClaim: (key) => store.keepClaim(claimIn(key, generation)),
    queryEntities: (query) => store.queryEntities({ ...query, entity: entityIn(query.entity, generation) }),
  };
}
