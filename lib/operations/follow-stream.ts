import { isChoreographyError } from '../contract/errors.ts';
import type { ShardPage, ShardPosition, StreamRecord, StreamShard, StreamSource } from '../runtime/ports/stream-reader.ts';
import { streamOf } from './access.ts';
import { withPatience } from './patience.ts';
import { PAGE_RECORDS, READ_MILLISECONDS } from './shard-walk.ts';

/** What `followStream` takes. */
export interface Follow {
  /** Milliseconds since 1970, not in the future: what arrived from then on. @default - what arrives from now on */
  readonly since?: number;
  /** Milliseconds of the source's clock for each real one: readers share a stream in real time. @default 1 */
  readonly timeScale?: number;
}

/** What one read of a shard gave; often nothing. */
export interface FollowedPage {
  readonly shard: string;
  readonly records: readonly StreamRecord[];
}

/** Milliseconds between two reads of a shard at its end: one a second leaves four to the others (Kinesis: five for all). */
const FOLLOW_MILLISECONDS = 1_000;
/** Milliseconds between two listings of the shards; when one has ended, its children are looked for at once. */
const LIST_MILLISECONDS = 30_000;

/** How far one shard is read. */
interface Reading {
  /** Where to begin, and where to go on without a cursor. */
  from: ShardPosition;
  cursor?: string | undefined;
  ended: boolean;
}

type Readings = ReadonlyMap<string, Reading>;

/** What was not there at the start holds nothing older, and is read from its first record on. `before` is absent at the start. */
function beginning({ lastSequenceNumber }: StreamShard, before: Readings | undefined, since: number | undefined): Reading {
  if (before) return { from: { kind: 'start' }, ended: false };
  if (since !== undefined) return { from: { kind: 'time', at: since }, ended: false };
  return { from: { kind: 'latest' }, ended: lastSequenceNumber !== undefined };
}

/** One for each shard that is listed; what is not any more has expired. */
function readingsOf(shards: readonly StreamShard[], before: Readings | undefined, since: number | undefined): Readings {
  return new Map(shards.map((shard) => [shard.id, before?.get(shard.id) ?? beginning(shard, before, since)]));
}

/** Shards that are not at their end, and whose parents are. */
function openIn(readings: Readings, shards: readonly StreamShard[]): readonly (readonly [string, Reading])[] {
  const isOpen = (id: string) => readings.get(id)?.ended === false;
  const ready = shards.filter(({ id, parents }) => isOpen(id) && !parents.some(isOpen));
  return ready.map(({ id }) => [id, readings.get(id) as Reading]);
}

/** A cursor lives for five minutes, and a laptop may sleep longer: then reading goes on behind the last record. */
async function readPage(source: StreamSource, shard: string, reading: Reading, startedAt: number): Promise<ShardPage | undefined> {
  const { cursor } = reading;
  const from = cursor === undefined ? reading.from : { kind: 'cursor' as const, cursor };
  try {
    return await withPatience(source.clock, () => streamOf(source).read({ shard, from, limit: PAGE_RECORDS }));
  } catch (error) {
    if (isChoreographyError(error, 'UNKNOWN_SHARD')) return undefined; // all of it has expired
    if (!isChoreographyError(error, 'CURSOR_EXPIRED') || cursor === undefined) throw error;
    reading.cursor = undefined;
    // Nothing of this shard was read yet: the latest record by now may be one that has come meanwhile.
    if (reading.from.kind === 'latest') reading.from = { kind: 'time', at: startedAt };
    return readPage(source, shard, reading, startedAt);
  }
}

function goOn(reading: Reading, page: ShardPage | undefined): void {
  const last = page?.records.at(-1);
  if (last) reading.from = { kind: 'after', sequenceNumber: last.sequenceNumber };
  reading.cursor = page?.cursor;
  reading.ended = page?.cursor === undefined;
}

/**
 * Reads the stream as it grows, for ever: all shards in turn, each about once a second, or four times while it is behind;
 * parents to their end before the children that a reshard made of them. Each record comes once, those of a shard in order.
 * @throws STREAM_MISSING, STREAM_UNAVAILABLE (retryable)
 */
export async function* followStream(source: StreamSource, { since, timeScale = 1 }: Follow = {}): AsyncGenerator<FollowedPage> {
  const { clock } = source;
  const startedAt = clock.now();
  let [shards, listedAt]: [readonly StreamShard[], number] = [[], Number.NEGATIVE_INFINITY];
  let readings: Readings | undefined;
  for (;;) {
    const roundAt = clock.now();
    if (!readings || roundAt - listedAt >= LIST_MILLISECONDS * timeScale || roundAt < listedAt) {
      shards = await withPatience(clock, () => streamOf(source).shards());
      readings = readingsOf(shards, readings, since);
      listedAt = roundAt;
    }
    let isBehind = false;
    for (const [shard, reading] of openIn(readings, shards)) {
      const page = await readPage(source, shard, reading, startedAt);
      goOn(reading, page);
      yield { shard, records: page?.records ?? [] };
      if (reading.ended) listedAt = Number.NEGATIVE_INFINITY;
      isBehind ||= reading.ended || (page?.behindMilliseconds ?? 0) > FOLLOW_MILLISECONDS * timeScale;
    }
    const spacing = (isBehind ? READ_MILLISECONDS : FOLLOW_MILLISECONDS) * timeScale;
    const wait = Math.min(roundAt + spacing - clock.now(), spacing); // a clock may be set back
    if (wait > 0) await clock.sleep(wait);
  }
}
