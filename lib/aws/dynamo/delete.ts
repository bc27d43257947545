import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { ChoreographyError } from '../../contract/errors.ts';
import { type ItemKey, keyText } from '../../runtime/journal/item-key.ts';
import { backOff } from './back-off.ts';
import type { ReadOptions } from './batch-get.ts';
import { keyItem } from './item-keys.ts';
import { answered } from './send.ts';

/** Items of one BatchWriteItem (AWS). */
const ITEMS_MAX = 25;
/** Calls for one lot, while DynamoDB gives some of it back. */
const CALLS_MAX = 6;

async function deleteLot(keys: readonly ItemKey[], { client, table, clock }: ReadOptions): Promise<void> {
  let requests: WriteRequest[] = keys.map((key) => ({ DeleteRequest: { Key: keyItem(key) } }));
  for (let call = 1; ; call += 1) {
    const { UnprocessedItems: left = {} } = await answered(client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } })));
    requests = left[table] ?? [];
    if (requests.length === 0) return;
    if (call >= CALLS_MAX) {
      throw new ChoreographyError('STORE_THROTTLED', `The table left ${requests.length} deletions undone ${call} times; try again.`, {
        retryable: true,
      });
    }
    await backOff(clock, call - 1);
  }
}

/** Deletes items of the journal, whoever wrote them last; absent ones are fine. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export async function deleteItems(keys: readonly ItemKey[], options: ReadOptions): Promise<void> {
  const distinct = [...new Map(keys.map((key) => [keyText(key), key])).values()];
  for (let at = 0; at < distinct.length; at += ITEMS_MAX) await deleteLot(distinct.slice(at, at + ITEMS_MAX), options);
}
