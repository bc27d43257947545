import { BatchGetItemCommand, type DynamoDBClient, type KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { ChoreographyError } from '../../contract/errors.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { Item } from './attributes.ts';
import { backOff } from './back-off.ts';
import { keyNamesOf, type Place, placeText, type Tables } from './place.ts';
import { answered } from './send.ts';

/** Keys of one BatchGetItem (AWS). */
export const KEYS_MAX = 100;
/** Calls at the same time. */
const CALLS_AT_ONCE = 5;
/** Calls in a row in which DynamoDB gives back all of the keys unread. */
const EMPTY_CALLS_MAX = 5;

/** What reads go by. */
export interface ReadOptions extends Tables {
  readonly client: DynamoDBClient;
  readonly clock: Clock;
}

type Requests = Record<string, KeysAndAttributes & { Keys: Item[] }>;

function requestOf(places: readonly Place[]): Requests {
  const requests: Requests = {};
  for (const { table, key } of places) {
    requests[table] ??= { Keys: [], ConsistentRead: true };
    requests[table].Keys.push(key);
  }
  return requests;
}

/** Up to 100 items. What DynamoDB leaves (a response has 16 MB at most, and it may be throttled) is asked for again. */
async function readLot(places: readonly Place[], { client, clock }: ReadOptions, found: Map<string, Item>): Promise<void> {
  let left = places;
  const keyNames = new Map<string, readonly string[]>();
  for (const { table, key } of places) if (!keyNames.has(table)) keyNames.set(table, keyNamesOf(key));
  let empty = 0;
  while (left.length > 0) {
    const command = new BatchGetItemCommand({ RequestItems: requestOf(left) });
    const { Responses: responses = {}, UnprocessedKeys: unread = {} } = await answered(client.send(command));
    const textsOf = (table: string, items: readonly Item[]) => items.map((item) => placeText(table, keyNames.get(table) ?? [], item));
    for (const [table, items] of Object.entries(responses)) {
      for (const [index, text] of textsOf(table, items).entries()) found.set(text, items[index] as Item);
    }
    const kept = new Set(Object.entries(unread).flatMap(([table, { Keys = [] }]) => textsOf(table, Keys)));
    const before = left;
    left = kept.size === 0 ? [] : left.filter(({ text }) => kept.has(text));
    empty = left.length === before.length ? empty + 1 : 0;
    if (empty >= EMPTY_CALLS_MAX) {
      throw new ChoreographyError('STORE_THROTTLED', `The table left ${left.length} items unread ${empty} times; try again.`, {
        retryable: true,
      });
    }
    if (left.length > 0) await backOff(clock, empty);
  }
}

/** What is stored in some places, by their texts; strongly consistent. Places may repeat. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export async function readPlaces(places: readonly Place[], options: ReadOptions): Promise<ReadonlyMap<string, Item>> {
  const distinct = [...new Map(places.map((place) => [place.text, place])).values()];
  const found = new Map<string, Item>();
  const lots = Array.from({ length: Math.ceil(distinct.length / KEYS_MAX) }, (_, lot) =>
    distinct.slice(lot * KEYS_MAX, (lot + 1) * KEYS_MAX),
  );
  for (let at = 0; at < lots.length; at += CALLS_AT_ONCE) {
    await Promise.all(lots.slice(at, at + CALLS_AT_ONCE).map((lot) => readLot(lot, options, found)));
  }
  return found;
}
