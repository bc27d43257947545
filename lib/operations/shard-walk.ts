import { isChoreographyError } from '../contract/errors.ts';
import type { ShardPage, ShardPosition, StreamRecord, StreamShard, StreamSource } from '../runtime/ports/stream-reader.ts';
import { streamOf } from './access.ts';
import { withPatience } from './patience.ts';

/** One record's place. */
export interface StreamPosition {
  readonly shard: string;
  /** Decimal digits. */
  readonly sequenceNumber: string;
}

/** Where a walk begins. `positions`: these shards only, and those that were split from them or merged with them. */
export type WalkStart =
  | { readonly kind: 'start' }
  /** Milliseconds since 1970. */
  | { readonly kind: 'time'; readonly at: number }
  | { readonly kind: 'positions'; readonly positions: readonly StreamPosition[] };

/** How far a walk is done with one shard; the reader of the pages keeps it. */
export interface ShardState {
  /** The last record that is done with. */
  after?: string;
  done?: boolean;
  /** Done with while it was open: it may have got more since, so what came of it is not for this walk. */
  early?: boolean;
  /** Milliseconds since 1970: of the last record that is done with. */
  arrivedAt?: number;
}

/** What `walkStream` takes. */
export interface Walk {
  readonly from: WalkStart;
  /** Milliseconds since 1970, not in the future: nothing that arrived later. */
  readonly until: number;
  /** Nothing of its shard after it, nor of the shards that came of that one. */
  readonly last?: StreamPosition;
  /** By shard; shards that come into the walk are added. */
  readonly shards: Map<string, ShardState>;
  /** @default PAGE_RECORDS */
  readonly pageRecords?: number;
}

/** A record that was asked for and is not there, or a whole shard: it was trimmed, and perhaps others behind it. */
export interface StreamGap {
  readonly shard: string;
  /** The record that was asked for. Absent: the beginning. */
  readonly sequenceNumber?: string;
  /** The first record that is there. Absent: none. */
  readonly found?: string;
}

/** One page of one shard. */
export interface WalkPage {
  readonly shard: string;
  readonly records: readonly StreamRecord[];
  /** Nothing more will come of this shard. */
  readonly ended: boolean;
  /** For the shard's state. */
  readonly early?: true;
  readonly gap?: StreamGap;
}

/** Records of one page (Kinesis: at most 10,000). */
export const PAGE_RECORDS = 1_000;
/** Milliseconds between two reads of a shard: four a second leave one to the others (Kinesis: five a second for all). */
export const READ_MILLISECONDS = 250;
/** Milliseconds behind the end of the walk at which a shard is done: times of arrival are not strictly in order. */
const ARRIVAL_SPREAD_MILLISECONDS = 1_000;

/** Where reading one shard stands; `asked`: the record that has to come first, to see whether it is still there. */
interface Reading {
  cursor?: string;
  after?: string;
  asked?: string;
  /** When it was read last. */
  at?: number;
}

/** Shards that came of others by splits and merges; each is looked at once, as lines of descent double with each split and merge. `listed`: parents before children. */
function descendantsOf(roots: ReadonlySet<string>, listed: readonly StreamShard[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { id, parents } of listed) if (parents.some((parent) => roots.has(parent) || found.has(parent))) found.add(id);
  return found;
}

/** Shards of the walk among those that there are. What is in the walk stays in it, even when its parents are gone. */
function shardsOf(walk: Walk, listed: readonly StreamShard[], early: ReadonlySet<string>): readonly StreamShard[] {
  const behindEnd = descendantsOf(new Set(walk.last ? [walk.last.shard, ...early] : early), listed);
  const { from } = walk;
  if (from.kind !== 'positions') return listed.filter(({ id }) => !behindEnd.has(id));
  const roots = new Set([...from.positions.map(({ shard }) => shard), ...walk.shards.keys()]);
  const descendants = descendantsOf(roots, listed);
  return listed.filter(({ id }) => !behindEnd.has(id) && (roots.has(id) || descendants.has(id)));
}

function beginning({ from, shards }: Walk, shard: string): Reading {
  const after = shards.get(shard)?.after;
  if (after !== undefined) return { after, asked: after };
  const position = from.kind === 'positions' ? from.positions.find((one) => one.shard === shard) : undefined;
  return position ? { asked: position.sequenceNumber } : {};
}

/** `at`, not `after`: only the record itself shows that nothing behind it was trimmed. */
function positionOf({ from }: Walk, { asked, cursor }: Reading): ShardPosition | { readonly kind: 'cursor'; readonly cursor: string } {
  if (cursor !== undefined) return { kind: 'cursor', cursor };
  if (asked !== undefined) return { kind: 'at', sequenceNumber: asked };
  return from.kind === 'time' ? from : { kind: 'start' };
}

async function readPage(access: StreamSource, walk: Walk, shard: string, reading: Reading): Promise<ShardPage | undefined> {
  const stream = streamOf(access);
  const { pageRecords: limit = PAGE_RECORDS } = walk;
  const read = () => withPatience(access.clock, () => stream.read({ shard, from: positionOf(walk, reading), limit }));
  try {
    return await read();
  } catch (error) {
    if (isChoreographyError(error, 'UNKNOWN_SHARD')) return undefined; // all of it has expired
    if (!isChoreographyError(error, 'CURSOR_EXPIRED') || reading.cursor === undefined) throw error;
    reading.cursor = undefined;
    reading.asked = reading.after ?? reading.asked;
    return read();
  }
}

function gapOf(shard: string, reading: Reading, page: ShardPage | undefined, ended: boolean): StreamGap | undefined {
  const { asked } = reading;
  const found = page?.records[0]?.sequenceNumber;
  if (asked === undefined || (found === undefined && !ended)) return undefined;
  reading.asked = undefined;
  if (found !== undefined && BigInt(found) === BigInt(asked)) return undefined;
  return { shard, sequenceNumber: asked, ...(found === undefined ? {} : { found }) };
}

/** What of a page belongs to the walk, and whether the shard is through. */
function cut(walk: Walk, shard: string, after: string | undefined, page: ShardPage | undefined): Pick<WalkPage, 'records' | 'ended'> {
  if (!page) return { records: [], ended: true };
  const last = walk.last?.shard === shard ? BigInt(walk.last.sequenceNumber) : undefined;
  const isPast = ({ sequenceNumber }: StreamRecord) => last !== undefined && BigInt(sequenceNumber) > last;
  const isLate = ({ arrivedAt }: StreamRecord) => arrivedAt > walk.until + ARRIVAL_SPREAD_MILLISECONDS;
  const isNew = ({ sequenceNumber }: StreamRecord) => after === undefined || BigInt(sequenceNumber) > BigInt(after);
  const records = page.records.filter((record) => isNew(record) && !isPast(record) && record.arrivedAt <= walk.until);
  // Only a page with nothing new shows that the tip is reached; everything that is to come is later than the walk.
  const { pageRecords: limit = PAGE_RECORDS } = walk;
  const atTip = page.behindMilliseconds === 0 && page.records.length < limit && !page.records.some(isNew);
  return { records, ended: page.cursor === undefined || atTip || page.records.some((record) => isPast(record) || isLate(record)) };
}

/** Notes which shards are in the walk: after a while they are known from here only. */
function enter({ from, shards }: Walk, all: readonly StreamShard[]): void {
  const named = from.kind === 'positions' ? from.positions.map(({ shard }) => shard) : [];
  for (const id of [...named, ...all.map((shard) => shard.id)]) if (!shards.has(id)) shards.set(id, {});
}

/** Shards that the walk was not through with when the last of their records expired. */
function goneFrom({ shards }: Walk, listed: readonly StreamShard[], ended: Set<string>): readonly string[] {
  const there = new Set(listed.map(({ id }) => id));
  const gone = [...shards.keys()].filter((id) => !there.has(id) && !ended.has(id));
  for (const id of gone) ended.add(id);
  return gone;
}

function placeIn(walk: Walk, shard: string): Pick<StreamGap, 'sequenceNumber'> {
  const { asked } = beginning(walk, shard);
  return asked === undefined ? {} : { sequenceNumber: asked };
}

async function waitFor({ clock }: StreamSource, reading: Reading): Promise<void> {
  const wait = (reading.at ?? Number.NEGATIVE_INFINITY) + READ_MILLISECONDS - clock.now();
  if (wait > 0) await clock.sleep(Math.min(wait, READ_MILLISECONDS)); // a clock may be set back
  reading.at = clock.now();
}

/**
 * Reads the stream page by page: shards in turn, parents to their end before their children, all of them after a merge.
 * It goes on behind what `shards` says is done with, and never ahead of it: who reads the pages notes there what is done.
 * @throws STREAM_MISSING, STREAM_UNAVAILABLE (retryable)
 */
export async function* walkStream(access: StreamSource, walk: Walk): AsyncGenerator<WalkPage> {
  const readings = new Map<string, Reading>();
  const ended = new Set([...walk.shards].filter(([, { done }]) => done).map(([shard]) => shard));
  const early = new Set([...walk.shards].filter((entry) => entry[1].early).map(([shard]) => shard));
  let all: readonly StreamShard[] | undefined;
  for (;;) {
    if (!all) {
      const listed = await withPatience(access.clock, () => streamOf(access).shards());
      all = shardsOf(walk, listed, early);
      enter(walk, all);
      for (const shard of goneFrom(walk, listed, ended)) yield { shard, records: [], ended: true, gap: { shard, ...placeIn(walk, shard) } };
    }
    const open = new Set(all.filter(({ id }) => !ended.has(id)).map(({ id }) => id));
    const ready = all.filter(({ id, parents }) => open.has(id) && !parents.some((parent) => open.has(parent)));
    if (ready.length === 0) return;
    for (const { id, lastSequenceNumber } of ready) {
      const reading = readings.get(id) ?? beginning(walk, id);
      readings.set(id, reading);
      await waitFor(access, reading);
      const page = await readPage(access, walk, id, reading);
      const part = cut(walk, id, reading.after, page);
      const gap = gapOf(id, reading, page, part.ended);
      // A shard that was open when it was listed gets children whose records come behind what it has got since.
      const isEarly = part.ended && page?.cursor !== undefined && lastSequenceNumber === undefined;
      yield { shard: id, ...part, ...(isEarly ? { early: true } : {}), ...(gap ? { gap } : {}) };
      reading.cursor = page?.cursor;
      reading.after = page?.records.at(-1)?.sequenceNumber ?? reading.after;
      if (!part.ended) continue;
      ended.add(id);
      if (isEarly) early.add(id);
      all = undefined; // a closed shard has children
    }
  }
}
