import { ChoreographyError } from '../../contract/errors.ts';
import { storeIn } from '../../runtime/journal/in-generation.ts';
import { entityKey, keyText } from '../../runtime/journal/item-key.ts';
import type { EntityRecord } from '../../runtime/journal/unit.ts';
import type { StoredEntity } from '../../runtime/ports/store.ts';
import { canonicalText } from '../../schema/canonical-text.ts';
import { findConsumer, type OperatorAccess } from '../access.ts';
import { withPatience } from '../patience.ts';
import { loadGenerations } from './document.ts';

/** One entity that is not the same in both. */
export interface Difference {
  readonly entity: string;
  readonly id: string;
  /** In which generation it is; `both`: with another state. */
  readonly in: number | 'both';
}

/** How two generations of one consumer's state differ. */
export interface Comparison {
  readonly consumer: string;
  readonly left: number;
  readonly right: number;
  readonly equal: number;
  readonly different: number;
  readonly onlyLeft: number;
  readonly onlyRight: number;
  /** At most `DIFFERENCES_MAX`. */
  readonly differences: readonly Difference[];
}

/** Entities that a comparison names. */
export const DIFFERENCES_MAX = 20;
/** Items of the journal that one call looks at, and entities of one read. */
const ITEMS_LOOKED_AT = 100;

type Pair = readonly [one: StoredEntity, other: EntityRecord | undefined];

/** Each entity of a generation, with what another one has under its name. */
async function* pairs(access: OperatorAccess, consumer: string, generation: number, other: number): AsyncGenerator<Pair> {
  const store = access.store(consumer);
  let cursor: string | undefined;
  do {
    const query = { generation, limit: ITEMS_LOOKED_AT, ...(cursor === undefined ? {} : { cursor }) };
    const page = await withPatience(access.clock, () => store.scanEntities(query));
    const keys = page.items.map(({ entity, id }) => ({ entity, id }));
    const { entities } = await withPatience(access.clock, () => storeIn(store, other).read({ entities: keys }));
    for (const one of page.items) yield [one, entities.get(keyText(entityKey(one.entity, one.id)))];
    ({ cursor } = page);
  } while (cursor !== undefined); // the table's end: each page looks at what is behind the last one
}

/** What of a record does not depend on which commit wrote it. */
const contentOf = ({ state, shapeVersion, indexes }: EntityRecord): string => canonicalText({ state, shapeVersion, indexes });

/** The two that there is reason to compare: what is filled with what is read, else what is read with the one before. */
async function chosen(access: OperatorAccess, consumer: string): Promise<readonly [left: number, right: number]> {
  const { current, building, kept } = await loadGenerations(access, consumer);
  if (building) return [current, building.number];
  const [before] = kept;
  if (before !== undefined) return [before, current];
  throw new ChoreographyError('NO_GENERATION', `${consumer} has generation ${current} and no other; there is nothing to compare it with.`, {
    details: { consumer, current },
  });
}

/**
 * Compares what a consumer keeps in two generations, entity by entity. Live events go on meanwhile: what they change shows as
 * a difference until a switch brings it in. @throws UNKNOWN_SERVICE, NO_GENERATION
 */
export async function compareGenerations(access: OperatorAccess, name: string): Promise<Comparison> {
  const { name: consumer } = await findConsumer(access, name);
  const [left, right] = await chosen(access, consumer);
  const counts = { equal: 0, different: 0, onlyLeft: 0, onlyRight: 0 };
  const differences: Difference[] = [];
  const note = ({ entity, id }: StoredEntity, where: Difference['in']): void => {
    if (differences.length < DIFFERENCES_MAX) differences.push({ entity, id, in: where });
  };
  for await (const [one, other] of pairs(access, consumer, left, right)) {
    if (!other) {
      counts.onlyLeft += 1;
      note(one, left);
    } else if (contentOf(one.record) === contentOf(other)) counts.equal += 1;
    else {
      counts.different += 1;
      note(one, 'both');
    }
  }
  for await (const [one, other] of pairs(access, consumer, right, left)) {
    if (other) continue;
    counts.onlyRight += 1;
    note(one, right);
  }
  return { consumer, left, right, ...counts, differences };
}
