import { BatchGetItemCommand, type DynamoDBClient, type KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { type Claim, isExpired } from '../../runtime/journal/claim.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { entityKey, type ItemKey, keyText } from '../../runtime/journal/item-key.ts';
import type { OutboxMarker } from '../../runtime/journal/outbox.ts';
import type { SagaMarker } from '../../runtime/journal/parked.ts';
import type { EntityKey, EntityRecord } from '../../runtime/journal/unit.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { ReadRequest, ReadResult } from '../../runtime/ports/store.ts';
import { type Item, numberOf, storedValue, textOf } from './attributes.ts';
import { existingKey, existingRecord } from './existing-table.ts';
import { deadLetterKey, keyItem, markerKey, outboxKey } from './item-keys.ts';
import type { Tables } from './requests.ts';
import { storeError } from './store-error.ts';

/** Keys of one BatchGetItem (AWS). */
const KEYS_MAX = 100;
/** Calls for one lot of keys, while DynamoDB gives some of them back. */
const CALLS_MAX = 6;
/** Milliseconds before the second of them; doubles. */
const WAIT_MILLISECONDS = 25;

/** What reads go by. */
export interface ReadOptions extends Tables {
  readonly client: DynamoDBClient;
  readonly clock: Clock;
}

/** One item to be read. */
interface Wanted {
  readonly table: string;
  readonly key: Item;
}

/** One text per item of a table, whatever the order of its attributes. */
function wantedText({ table, key }: Wanted): string {
  const names = Object.keys(key).sort();
  return JSON.stringify([table, ...names.map((name) => key[name]?.S ?? key[name]?.N)]);
}

function requestOf(wanted: readonly Wanted[]): Record<string, KeysAndAttributes> {
  const request: Record<string, KeysAndAttributes & { readonly Keys: Item[] }> = {};
  for (const { table, key } of wanted) {
    request[table] ??= { Keys: [], ConsistentRead: true };
    request[table].Keys.push(key);
  }
  return request;
}

/** Up to 100 items, strongly consistent; what DynamoDB gives back unread is asked for again. */
async function readLot(wanted: readonly Wanted[], { client, clock }: ReadOptions, found: Map<string, Item>): Promise<void> {
  const keyNames = new Map(wanted.map(({ table, key }) => [table, Object.keys(key)]));
  let request = requestOf(wanted);
  for (let call = 1; ; call += 1) {
    const { Responses: responses = {}, UnprocessedKeys: left = {} } = await client.send(new BatchGetItemCommand({ RequestItems: request }));
    for (const [table, items] of Object.entries(responses)) {
      for (const item of items) {
        const key = Object.fromEntries((keyNames.get(table) ?? []).map((name) => [name, item[name] ?? { NULL: true }]));
        found.set(wantedText({ table, key }), item);
      }
    }
    if (Object.keys(left).length === 0) return;
    if (call >= CALLS_MAX) {
      throw new ChoreographyError('STORE_THROTTLED', `The table left ${Object.keys(left).length} reads undone ${call} times; try again.`, {
        retryable: true,
      });
    }
    await clock.sleep(WAIT_MILLISECONDS * 2 ** (call - 1));
    request = left;
  }
}

async function readWanted(wanted: readonly Wanted[], options: ReadOptions): Promise<(one: Wanted) => Item | undefined> {
  const distinct = [...new Map(wanted.map((one) => [wantedText(one), one])).values()];
  const found = new Map<string, Item>();
  const lots = Array.from({ length: Math.ceil(distinct.length / KEYS_MAX) }, (_, lot) =>
    distinct.slice(lot * KEYS_MAX, (lot + 1) * KEYS_MAX),
  );
  try {
    await Promise.all(lots.map((lot) => readLot(lot, options, found)));
  } catch (error) {
    throw error instanceof ChoreographyError ? error : storeError(error, false);
  }
  return (one) => found.get(wantedText(one));
}

/** Items of the journal by key, in the order of the keys; absent ones are left out. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export async function readItems(keys: readonly ItemKey[], options: ReadOptions): Promise<readonly Item[]> {
  const wanted = keys.map((key): Wanted => ({ table: options.table, key: keyItem(key) }));
  const get = await readWanted(wanted, options);
  return wanted.map(get).filter((item) => item !== undefined);
}

/** The claim that an item holds. */
export function claimOf(item: Item): Claim {
  const claim = storedValue<Claim>(item);
  const expiresAt = numberOf(item, journalTable.expiry);
  return expiresAt === undefined ? claim : { ...claim, expiresAt };
}

/** The record that an item holds, and the id of the entity. */
export function entityOf(item: Item): { readonly id: string; readonly record: EntityRecord } {
  const { id, ...record } = storedValue<EntityRecord & { readonly id: string }>(item);
  return { id, record };
}

function entityWanted({ entity, id, table }: EntityKey, { table: journal, existing }: Tables): Wanted {
  if (!table) return { table: journal, key: keyItem(entityKey(entity, id)) };
  return { table: existing[table.name] ?? table.name, key: existingKey(table, id) };
}

/** See `Store.read`. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export async function read(request: ReadRequest, options: ReadOptions): Promise<ReadResult> {
  const nowMs = options.clock.now();
  const own = (key: ItemKey): Wanted => ({ table: options.table, key: keyItem(key) });
  const { claims = [], entities = [], sagas = [], deadLetters = [], outbox = [] } = request;
  const wanted = [
    ...claims.map(own),
    ...entities.map((key) => entityWanted(key, options)),
    ...sagas.map((saga) => own(markerKey(saga))),
    ...deadLetters.map((id) => own(deadLetterKey(id))),
    ...outbox.map((id) => own(outboxKey(id))),
  ];
  const get = wanted.length === 0 ? () => undefined : await readWanted(wanted, options);
  const pick = <Key, Value>(
    keys: readonly Key[],
    name: (key: Key) => string,
    where: (key: Key) => Wanted,
    value: (item: Item, key: Key) => Value | undefined,
  ): ReadonlyMap<string, Value> => {
    const values = new Map<string, Value>();
    for (const key of keys) {
      const item = get(where(key));
      const found = item && value(item, key);
      if (found !== undefined) values.set(name(key), found);
    }
    return values;
  };
  const itself = (id: string): string => id;
  const live = (item: Item): Claim | undefined => {
    const claim = claimOf(item);
    return isExpired(claim, nowMs) ? undefined : claim;
  };
  return {
    claims: pick(claims, keyText, own, live),
    entities: pick(
      entities,
      ({ entity, id }) => keyText(entityKey(entity, id)),
      (key) => entityWanted(key, options),
      (item, { table, id }) => (table ? existingRecord(table, id, item) : entityOf(item).record),
    ),
    sagas: pick(sagas, itself, (saga) => own(markerKey(saga)), storedValue<SagaMarker>),
    deadLetters: pick(deadLetters, itself, (id) => own(deadLetterKey(id)), storedValue<DeadLetter>),
    outbox: pick(outbox, itself, (id) => own(outboxKey(id)), storedValue<OutboxMarker>),
  };
}

/** The keys of an item, as the journal has them. */
export function itemKeyOf(item: Item): ItemKey {
  return { partition: textOf(item, journalTable.partitionKey) ?? '', sort: textOf(item, journalTable.sortKey) ?? '' };
}
