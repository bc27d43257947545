import type { ItemKey } from '../../runtime/journal/item-key.ts';
import { attributes, text } from './attributes.ts';
import type { ReadOptions } from './batch-get.ts';
import { deleteItems } from './delete.ts';
import { duePartition, isTimeOrdered } from './item-keys.ts';
import { queryPartition } from './query.ts';
import { itemKeyOf } from './stored-items.ts';

/** An id that does not tell its time is looked up in its partition; the runtime makes none. */
async function keysOf(id: string, { client, table }: ReadOptions): Promise<readonly ItemKey[]> {
  const partition = duePartition(id);
  if (isTimeOrdered(id)) return [{ partition, sort: id }];
  const filter = { expression: '#i = :i', names: { '#i': attributes.dueId }, values: { ':i': text(id) } };
  const { items } = await queryPartition({ client, table, partition, limit: 1, consistent: true, filter });
  return items.map(itemKeyOf);
}

/** See `Store.clearDue`. */
export async function clearDue(ids: readonly string[], options: ReadOptions): Promise<void> {
  const keys: ItemKey[] = [];
  for (const id of ids) keys.push(...(await keysOf(id, options)));
  await deleteItems(keys, options);
}
