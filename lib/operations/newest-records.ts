import type { StreamRecord, StreamSource } from '../runtime/ports/stream-reader.ts';
import { READ_MILLISECONDS, walkStream } from './shard-walk.ts';

/** Which records are asked for: times of arrival in milliseconds since 1970, both included; `until` not in the future. */
export interface RecordSpan {
  readonly from: number;
  readonly until: number;
  /** How many at most: the newest ones. */
  readonly recordsMax: number;
}

/** The newest records of a time. */
export interface NewestRecords {
  readonly records: readonly StreamRecord[];
  /** Milliseconds since 1970: from here on, everything was read; of a second that has more than `recordsMax`, a part. */
  readonly from: number;
  /** What arrived before `from` was not read, as there would be too many. */
  readonly more: boolean;
}

/** Milliseconds before the end at which reading begins. Each step back goes so many times as far as the one before it. */
const FIRST_STEP_MILLISECONDS = 900_000;
const STEP_FACTOR = 4;
/** Milliseconds of a step that is not made smaller any more. */
const STEP_MILLISECONDS_MIN = 1_000;
/** Times that a step is made smaller, once some records are there. */
const NARROW_MAX = 2;

interface Part {
  readonly records: readonly StreamRecord[];
  readonly whole: boolean;
}

async function readPart(source: StreamSource, { from, until, recordsMax }: RecordSpan): Promise<Part> {
  const records: StreamRecord[] = [];
  for await (const page of walkStream(source, { from: { kind: 'time', at: from }, until, shards: new Map() })) {
    // One that came out of order belongs to the step before.
    records.push(...page.records.filter(({ arrivedAt }) => arrivedAt >= from));
    if (records.length > recordsMax) return { records, whole: false };
  }
  return { records, whole: true };
}

/**
 * Reads a time of the stream from its end: step by step back, each step forward, as a stream can only be read. A step with
 * more records than are still to be read is made smaller, so that what is given is the newest, without a gap.
 * @throws STREAM_MISSING, STREAM_UNAVAILABLE (retryable)
 */
export async function newestRecords(source: StreamSource, span: RecordSpan): Promise<NewestRecords> {
  let records: readonly StreamRecord[] = [];
  let [until, step, narrowed] = [span.until, FIRST_STEP_MILLISECONDS, 0];
  while (until >= span.from) {
    const from = Math.max(span.from, until - Math.floor(step));
    const part = await readPart(source, { from, until, recordsMax: span.recordsMax - records.length });
    if (part.whole) {
      records = records.concat(part.records);
      until = from - 1;
      step *= STEP_FACTOR;
    } else if (step / STEP_FACTOR >= STEP_MILLISECONDS_MIN && narrowed < NARROW_MAX) {
      step /= STEP_FACTOR;
      if (records.length > 0) narrowed += 1;
    } else {
      // So many in a second: a part of them is more than nothing.
      return records.length > 0 ? { records, from: until + 1, more: true } : { records: part.records, from, more: true };
    }
    if (until >= span.from) await source.clock.sleep(READ_MILLISECONDS);
  }
  return { records, from: span.from, more: false };
}
