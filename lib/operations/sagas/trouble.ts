import { compareTexts } from '../../contract/compare-texts.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { isoOf, type OperatorAccess } from '../access.ts';
import type { Count } from '../lag.ts';
import { withPatience } from '../patience.ts';
import { loadStuck } from '../platform/stuck-count.ts';
import { newestLetters, type OpenLetter, type OpenLetters } from './open-letters.ts';
import { isOverdue } from './overdue.ts';
import { stuckSagas } from './stuck.ts';

/** What stands in the way in one consumer. */
export interface ConsumerTrouble {
  readonly consumer: string;
  /** That are not closed. */
  readonly deadLetters: Count;
  readonly parkedSagas: Count;
}

/** Sagas that do not go on, as far as they are counted. */
export interface StuckSagas {
  readonly sagas: Count;
  /** ISO time at which the count was done. Absent: just now. */
  readonly countedAt?: string;
}

/** What needs a look in a world, whatever its age. */
export interface Trouble {
  readonly consumers: readonly ConsumerTrouble[];
  /** Absent: nobody counts them. */
  readonly stuck?: StuckSagas;
  /** Correlation ids of sagas that need a look: those with the newest dead letters first. */
  readonly sagas: readonly string[];
  /** The open dead letters, for `sagaOf`. */
  readonly letters: OpenLetters;
}

/** Markers of parked sagas of one consumer that are read, those that have waited longest. */
const PARKED_MAX = 500;
/** Claims that are looked at where the journals are read for what is stuck. */
const WALK_CLAIMS_MAX = 10_000;

interface Found {
  readonly trouble: ConsumerTrouble;
  readonly letters: OpenLetters;
  readonly parked: readonly string[];
}

async function troubleIn(access: OperatorAccess, consumer: string): Promise<Found> {
  const store = access.store(consumer);
  const letters = await newestLetters(access, consumer);
  const query = { wakeBefore: Number.MAX_SAFE_INTEGER, limit: PARKED_MAX };
  const markers = await withPatience(access.clock, () => store.listParkedSagas(query));
  const now = access.clock.now();
  return {
    trouble: {
      consumer,
      deadLetters: { count: letters.letters.length, more: letters.more },
      parkedSagas: { count: markers.length, more: markers.length >= PARKED_MAX },
    },
    letters,
    parked: markers.filter(({ parkedAt }) => isOverdue(parkedAt, now)).map(({ saga }) => saga),
  };
}

interface Stuck {
  readonly stuck?: StuckSagas;
  readonly ids: readonly string[];
}

/** As the platform has counted them: one read. */
async function countedStuck({ clock, records }: OperatorAccess): Promise<Stuck> {
  const { last } = (await loadStuck({ clock, records })).document;
  if (!last) return { ids: [] };
  const counts = Object.values(last.found);
  const count = counts.reduce((sum, { sagas }) => sum + sagas, 0);
  const sagas = { count, more: last.leftOut.length > 0 };
  return { stuck: { sagas, countedAt: isoOf(last.endedAt) }, ids: counts.flatMap(({ ids = [] }) => ids) };
}

/** By reading the journals. */
async function walkedStuck(access: OperatorAccess, manifests: readonly ServiceManifest[]): Promise<Stuck> {
  const ids = new Set<string>();
  let looked = 0;
  let cursor: string | undefined;
  do {
    const page = await stuckSagas(access, manifests, cursor === undefined ? {} : { cursor });
    for (const { correlationId } of page.items) ids.add(correlationId);
    looked += page.looked;
    cursor = page.cursor;
  } while (cursor !== undefined && looked < WALK_CLAIMS_MAX);
  return { stuck: { sagas: { count: ids.size, more: cursor !== undefined } }, ids: [...ids] };
}

const byFailure = (left: OpenLetter, right: OpenLetter): number => compareTexts(right.lastFailedAt, left.lastFailedAt);

/**
 * What needs a look, whatever its age, by a few bounded reads: dead letters and parked sagas of each consumer, and the sagas
 * that are stuck as the platform has counted them. `walk`: they are counted now, by reading the journals, which suits a
 * world in memory. @throws UNKNOWN_SERVICE
 */
export async function readTrouble(
  access: OperatorAccess,
  manifests: readonly ServiceManifest[],
  { walk }: { readonly walk: boolean },
): Promise<Trouble> {
  const consumers = await access.consumers();
  const found = await Promise.all(consumers.map(({ name }) => troubleIn(access, name)));
  const { stuck, ids } = walk ? await walkedStuck(access, manifests) : await countedStuck(access);
  const letters = found.flatMap((one) => one.letters.letters).sort(byFailure);
  const concerned = letters.flatMap(({ message }) => message?.correlationid ?? []);
  return {
    consumers: found.map(({ trouble }) => trouble),
    ...(stuck ? { stuck } : {}),
    sagas: [...new Set([...concerned, ...found.flatMap(({ parked }) => parked), ...ids])],
    letters: { letters, more: found.some((one) => one.letters.more) },
  };
}
