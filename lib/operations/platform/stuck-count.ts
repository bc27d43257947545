import { hashOf } from '../../runtime/journal/hash.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { ControlRecords } from '../../runtime/ports/control-records.ts';
import { canonicalText } from '../../schema/canonical-text.ts';
import { withPatience } from '../patience.ts';
import type { StuckFinding } from '../sagas/stuck-finding.ts';
import { PLATFORM_COLLECTION } from './replay-list.ts';

/** Sagas that wait in one service. */
export interface StuckCount {
  readonly sagas: number;
  /** Hashes of the first of them, at most `KNOWN_MAX`: each of these is counted once, whatever it waits for; others may be counted twice. */
  readonly known: readonly string[];
  /** Correlation ids of the first of them, of all services together at most `IDS_MAX`, for who wants to look at one. @default [] */
  readonly ids?: readonly string[];
  /** Milliseconds since 1970: since when the one waits that has waited longest. */
  readonly oldestAt: number;
}

/** By the service that they wait in. */
export type StuckCounts = Readonly<Record<string, StuckCount>>;

/** One walk over the journals of all services, as far as it is. */
export interface StuckWalk {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Absent: it has not begun to read. */
  readonly cursor?: string;
  /** Claims that were looked at. */
  readonly looked: number;
  readonly found: StuckCounts;
  /** Services whose journals could not be read, so that nothing is known of what waits there. */
  readonly leftOut: readonly string[];
}

/** What the platform keeps of it between ticks. */
export interface StuckDocument {
  /** The walk that is under way. */
  readonly walk?: StuckWalk;
  /** The last one that was through. */
  readonly last?: Omit<StuckWalk, 'cursor'> & { readonly endedAt: number };
}

/** It with its version; `null`: it was never written. */
export interface StoredStuck {
  readonly document: StuckDocument;
  readonly version: string | null;
}

/** What the document is kept with. */
export interface StuckPorts {
  readonly clock: Clock;
  readonly records: ControlRecords;
}

const ID = 'stuck';
/** Sagas of one service that are told from each other, and the characters of their hashes. */
const KNOWN_MAX = 100;
const HASH_CHARACTERS = 10;
/** Sagas of one walk that are named: an id may be long. */
const IDS_MAX = 25;

/** Reads the document. */
export async function loadStuck({ clock, records }: StuckPorts): Promise<StoredStuck> {
  const found = await withPatience(clock, () => records.get(PLATFORM_COLLECTION, ID));
  return { document: (found?.value ?? {}) as StuckDocument, version: found?.version ?? null };
}

/** Writes it on condition of what was there; `false`: another tick was quicker, and what this one has found is found again. */
export async function saveStuck({ clock, records }: StuckPorts, document: StuckDocument, before: string | null): Promise<boolean> {
  const version = hashOf('stuck', before ?? '', canonicalText(document));
  return withPatience(clock, () => records.put({ collection: PLATFORM_COLLECTION, id: ID, version, value: document }, before));
}

/** Adds what one page has found. */
export function withFindings(counts: StuckCounts, findings: readonly StuckFinding[]): StuckCounts {
  const sums = new Map(Object.entries(counts));
  let left = IDS_MAX - Object.values(counts).reduce((sum, { ids = [] }) => sum + ids.length, 0);
  for (const { service, correlationId, since } of findings) {
    const { sagas, known, ids = [], oldestAt } = sums.get(service) ?? { sagas: 0, known: [], oldestAt: Number.POSITIVE_INFINITY };
    const hash = hashOf('saga', correlationId).slice(0, HASH_CHARACTERS);
    const isNew = !known.includes(hash);
    sums.set(service, {
      sagas: sagas + (isNew ? 1 : 0),
      known: isNew && known.length < KNOWN_MAX ? [...known, hash] : known,
      ids: isNew && left > 0 ? [...ids, correlationId] : ids,
      oldestAt: Math.min(oldestAt, Date.parse(since)),
    });
    if (isNew) left -= 1;
  }
  return Object.fromEntries(sums);
}
