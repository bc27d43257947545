import type { Envelope } from '../contract/envelope.ts';
import type { StreamSource } from '../runtime/ports/stream-reader.ts';
import { type ShardState, type StreamGap, type WalkStart, walkStream } from './shard-walk.ts';
import { messageKey, readMessage } from './stream-message.ts';

/** Which events make up a history. */
export interface HistoryQuery {
  /** The entity's id, as the events name it. */
  readonly subject: string;
  /** @default - all */
  readonly types?: readonly string[];
  /** Only records with this partition key: less is parsed. @default - all */
  readonly partitionKey?: string;
  /** @default - the oldest record that is kept */
  readonly from?: WalkStart;
  /** Milliseconds since 1970. @default - now */
  readonly until?: number;
  /** Records that are looked at. @default 200_000 */
  readonly recordsMax?: number;
}

/** What the events of one subject add up to. */
export interface History<State> {
  readonly state: State;
  /** Events that were folded. */
  readonly events: number;
  /** Records that were looked at. */
  readonly read: number;
  /** Everything in the time that was asked for was read. What expired before is not in it. */
  readonly complete: boolean;
  /** Records that were asked for and are not kept any more. */
  readonly gaps: readonly StreamGap[];
}

const RECORDS_MAX = 200_000;

/**
 * Folds the stored events about one subject into a state: what an entity was at a time, or should say now. Each event
 * counts once, however often it is on the stream; those of one shard come in its order, those of several shards (another
 * partition key, or a split in between) by their time. The stream is read from `from` on, as it has no index: some seconds
 * for a hundred thousand records. An event's data is as it was published: `dataschema` names the version, and no upcast is
 * run.
 * @throws STREAM_MISSING, STREAM_UNAVAILABLE (retryable)
 */
export async function loadHistory<State>(
  source: StreamSource,
  query: HistoryQuery,
  fold: (state: State, event: Envelope) => State,
  initial: State,
): Promise<History<State>> {
  const { subject, types, partitionKey, from = { kind: 'start' }, until = source.clock.now(), recordsMax = RECORDS_MAX } = query;
  const shards = new Map<string, ShardState>();
  const found = new Map<string, { readonly event: Envelope; readonly shard: string }>();
  const gaps: StreamGap[] = [];
  let read = 0;
  let complete = true;
  for await (const page of walkStream(source, { from, until, shards })) {
    read += page.records.length;
    if (page.gap) gaps.push(page.gap);
    for (const { body, partitionKey: key } of page.records) {
      const event = partitionKey === undefined || key === partitionKey ? readMessage(body) : undefined;
      if (event?.subject !== subject || (types && !types.includes(event.type))) continue;
      const name = messageKey(event);
      if (!found.has(name)) found.set(name, { event, shard: page.shard });
    }
    complete = read < recordsMax;
    if (!complete) break;
  }
  const events = [...found.values()];
  if (new Set(events.map(({ shard }) => shard)).size > 1)
    events.sort((left, right) => Date.parse(left.event.time) - Date.parse(right.event.time));
  return { state: events.reduce((state, { event }) => fold(state, event), initial), events: events.length, read, complete, gaps };
}
