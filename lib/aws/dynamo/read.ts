import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { entityKey, keyText } from '../../runtime/journal/item-key.ts';
import type { SagaMarker } from '../../runtime/journal/parked.ts';
import type { EntityKey, EntityRecord } from '../../runtime/journal/unit.ts';
import type { ReadRequest, ReadResult } from '../../runtime/ports/store.ts';
import { type Item, storedValue } from './attributes.ts';
import { KEYS_MAX, type ReadOptions, readPlaces } from './batch-get.ts';
import type { KnownFields } from './existing-fields.ts';
import { existingRecord, fieldsOf } from './existing-table.ts';
import { deadLetterKey, MARKERS, markerKey, outboxKey } from './item-keys.ts';
import { entityPlace, journalPlace, type Place } from './place.ts';
import { queryPartition } from './query.ts';
import { entityOf, liveClaimOf, outboxMarkerOf } from './stored-items.ts';

/** One kind of what is read: where each key is, and what its item holds. */
interface Part<Value> {
  /** How many places there are, without making them. */
  readonly size: number;
  places(): ReadonlyMap<string, Place>;
  value(item: Item, name: string): Value | undefined;
}

function part<Key, Value>(
  keys: readonly Key[] | undefined,
  nameOf: (key: Key) => string,
  placeOf: (key: Key) => Place,
  valueFrom: (item: Item, key: Key) => Value | undefined,
): Part<Value> {
  const byName = new Map((keys ?? []).map((key) => [nameOf(key), key]));
  let places: Map<string, Place> | undefined;
  const makePlaces = (): Map<string, Place> => {
    const made = new Map<string, Place>();
    for (const [name, key] of byName) made.set(name, placeOf(key));
    return made;
  };
  return {
    size: byName.size,
    places() {
      places ??= makePlaces();
      return places;
    },
    value: (item, name) => valueFrom(item, byName.get(name) as Key),
  };
}

function valuesOf<Value>({ places, value }: Part<Value>, found: ReadonlyMap<string, Item>): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  if (found.size === 0) return values;
  for (const [name, { text }] of places()) {
    const item = found.get(text);
    const one = item && value(item, name);
    if (one !== undefined) values.set(name, one);
  }
  return values;
}

const placesOf = ({ places }: Part<unknown>): readonly Place[] => [...places().values()];

const itself = (id: string): string => id;

function entityPart(keys: readonly EntityKey[] | undefined, options: ReadOptions, fields: KnownFields): Part<EntityRecord> {
  const nameOf = ({ entity, id }: EntityKey): string => keyText(entityKey(entity, id));
  const placeOf = (key: EntityKey): Place => entityPlace(key, options);
  return part(keys, nameOf, placeOf, (item, key) => {
    if (!key.table) return entityOf(item).record;
    fields.note(placeOf(key), fieldsOf(key.table, item));
    return existingRecord(key.table, key.id, item);
  });
}

/** What is stored of these markers of parked sagas. They have one partition, which is mostly empty: then one look is enough. */
async function readMarkers(markers: Part<unknown>, options: ReadOptions): Promise<ReadonlyMap<string, Item>> {
  const { client, table } = options;
  const { items } = await queryPartition({ client, table, partition: MARKERS, limit: 1, consistent: true });
  return items.length === 0 ? new Map() : readPlaces(placesOf(markers), options);
}

/**
 * All that is stored in these places. Where the markers beside the others would be one call more, it is a look whether
 * there are any: that is one read unit instead of one a marker, and all of a service's markers are in a partition that
 * gives 3,000 a second.
 */
async function readAll(markers: Part<unknown>, others: readonly Place[], options: ReadOptions): Promise<ReadonlyMap<string, Item>> {
  const callsFor = (places: number): number => Math.ceil(places / KEYS_MAX);
  const together = others.length === 0 || callsFor(others.length + markers.size) === callsFor(others.length);
  if (together) return readPlaces([...placesOf(markers), ...others], options);
  const [found, parked] = await Promise.all([readPlaces(others, options), readMarkers(markers, options)]);
  return parked.size === 0 ? found : new Map([...found, ...parked]);
}

/** See `Store.read`. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export async function read(request: ReadRequest, options: ReadOptions, fields: KnownFields): Promise<ReadResult> {
  const nowMs = options.clock.now();
  const own = (key: Parameters<typeof journalPlace>[1]): Place => journalPlace(options, key);
  const claims = part(request.claims, keyText, own, (item) => liveClaimOf(item, nowMs));
  const entities = entityPart(request.entities, options, fields);
  const sagas = part(request.sagas, itself, (saga) => own(markerKey(saga)), storedValue<SagaMarker>);
  const deadLetters = part(request.deadLetters, itself, (id) => own(deadLetterKey(id)), storedValue<DeadLetter>);
  const outbox = part(request.outbox, itself, (id) => own(outboxKey(id)), outboxMarkerOf);
  const found = await readAll(sagas, [claims, entities, deadLetters, outbox].flatMap(placesOf), options);
  return {
    claims: valuesOf(claims, found),
    entities: valuesOf(entities, found),
    sagas: valuesOf(sagas, found),
    deadLetters: valuesOf(deadLetters, found),
    outbox: valuesOf(outbox, found),
  };
}
