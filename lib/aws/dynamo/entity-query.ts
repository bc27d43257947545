import { journalTable } from '../../contract/deployment.ts';
import { entityKey, type ItemKey } from '../../runtime/journal/item-key.ts';
import type { EntityRecord } from '../../runtime/journal/unit.ts';
import type { Page, Store } from '../../runtime/ports/store.ts';
import { type Item, textOf } from './attributes.ts';
import { type ReadOptions, readPlaces } from './batch-get.ts';
import { cursorKey, cursorText } from './cursor.ts';
import { isFurtherIndex, valuePartition } from './item-keys.ts';
import { journalPlace } from './place.ts';
import { queryPartition } from './query.ts';
import { entityOf, itemKeyOf } from './stored-items.ts';

/** An entity that was found. */
type Found = { readonly id: string; readonly record: EntityRecord };

const { entityIndex } = journalTable;
const { sort: STATE } = entityKey('', '');

/** An index entry may be older than the entity, or be left over beside one on the entity's own item: then the own one counts. */
function isTrue({ sort }: ItemKey, item: Item, partition: string): boolean {
  const own = textOf(item, entityIndex.partitionKey) === partition;
  return isFurtherIndex(sort) !== own;
}

/** See `Store.queryEntities`. The index only says where to look: the entities are read, and judged by what they are now. */
export async function queryEntities(options: ReadOptions, query: Parameters<Store['queryEntities']>[0]): Promise<Page<Found>> {
  const { client, table } = options;
  const { entity, index, value, limit, cursor } = query;
  const partition = valuePartition(entity, index, value);
  const { items, next } = await queryPartition({ client, table, partition, limit, index: entityIndex, after: cursorKey(cursor) });
  const entries = items.map(itemKeyOf).map((key) => ({ key, place: journalPlace(options, { partition: key.partition, sort: STATE }) }));
  const stored = await readPlaces(
    entries.map(({ place }) => place),
    options,
  );
  const found = entries.flatMap(({ key, place }): readonly Found[] => {
    const item = stored.get(place.text);
    if (!item || !isTrue(key, item, partition)) return [];
    const one = entityOf(item);
    return Object.hasOwn(one.record.indexes, index) && one.record.indexes[index] === value ? [one] : [];
  });
  return next ? { items: found, cursor: cursorText(next) } : { items: found };
}
