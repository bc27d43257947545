import { compareTexts } from '../../contract/compare-texts.ts';
import type { Envelope } from '../../contract/envelope.ts';
import type { StreamRecord, StreamSource } from '../../runtime/ports/stream-reader.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { isoOf } from '../access.ts';
import { newestRecords } from '../newest-records.ts';
import { messageKey, readMessage } from '../stream-message.ts';

/** What `recentSagas` reads: the stream, and what the services say of themselves. */
export interface SagaSource extends StreamSource {
  /** Tells which events are deadlines: such an event alone does not show how its saga began. @default - nobody knows */
  consumers?(): Promise<readonly { readonly manifest?: ServiceManifest }[]>;
}

/** Which sagas are asked for. */
export interface RecentQuery {
  /** Seconds back from `until` in which an event of it arrived on the stream. @default 900 */
  readonly sinceSeconds?: number;
  /** Milliseconds since 1970: what arrived later is left out. @default now */
  readonly until?: number;
  /** Only with an event of this type among those that were read. @default - all */
  readonly type?: string;
  /** Only with an event whose subject contains this text. @default - all */
  readonly subject?: string;
  /** Sagas that are given. @default 50 */
  readonly limit?: number;
  /** Records that are looked at: the newest ones. @default 10_000 */
  readonly recordsMax?: number;
}

/** One saga, as far as its events were read. Commands, and what comes through an inbound, are on no stream. */
export interface RecentSaga {
  readonly correlationId: string;
  /** The first event that was read. `time`: ISO; what the event says, but no later than it arrived. */
  readonly first: Pick<Envelope, 'type' | 'source' | 'subject' | 'time'>;
  /** The last one. */
  readonly last: Pick<Envelope, 'type' | 'source' | 'time'>;
  /** Events, each counted once. */
  readonly messages: number;
  /**
   * The saga is known to have begun with `first`, or with the command that led to it. If not, it began before what was
   * read, or through an inbound that gave it an id of its own.
   */
  readonly fromStart: boolean;
}

/** The sagas of a time. */
export interface RecentSagas {
  /** The one with the newest event first. */
  readonly items: readonly RecentSaga[];
  /** Sagas that were found; `items` has no more than `limit` of them. */
  readonly found: number;
  /** ISO times: everything that arrived between them was read; of a second with more than `recordsMax` records, a part. */
  readonly from: string;
  readonly until: string;
  /** Records that were read. */
  readonly read: number;
  /** Records among them that hold no message. */
  readonly unreadable: number;
  /** What arrived before `from` was not read, though it was asked for: there would be too many records. */
  readonly more: boolean;
}

/** Seconds that are looked back, where nobody says how many. */
export const SINCE_SECONDS = 900;
const RECENT_MAX = 50;
const RECORDS_MAX = 10_000;

interface Seen {
  readonly event: Envelope;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Events of one saga, the newest first. */
type Group = readonly [Seen, ...Seen[]];

/** Later events first; of those of one time, the one that the other led to. */
const newerFirst = (left: Seen, right: Seen): number => right.at - left.at || right.event.hops - left.event.hops;

const byLastEvent = ([left]: Group, [right]: Group): number =>
  right.at - left.at || compareTexts(left.event.correlationid, right.event.correlationid);

/** All events by their saga, one of each. */
function groupsOf(records: readonly StreamRecord[]): { readonly groups: readonly Group[]; readonly unreadable: number } {
  const groups = new Map<string, Map<string, Seen>>();
  let unreadable = 0;
  for (const { body, arrivedAt } of records) {
    const event = readMessage(body);
    if (!event) {
      unreadable += 1;
      continue;
    }
    const group = groups.get(event.correlationid) ?? new Map<string, Seen>();
    groups.set(event.correlationid, group);
    const name = messageKey(event);
    const at = Math.min(Date.parse(event.time), arrivedAt);
    if (at < (group.get(name)?.at ?? Number.POSITIVE_INFINITY)) group.set(name, { event, at });
  }
  return { groups: [...groups.values()].map((group) => [...group.values()].sort(newerFirst) as unknown as Group), unreadable };
}

/** `deadlines`: types that are published later than they were caused. */
function sagaIn(group: Group, deadlines: ReadonlySet<string>): RecentSaga {
  const [last] = group;
  const first = group.at(-1) ?? last;
  const { correlationid, causationid } = first.event;
  return {
    correlationId: correlationid,
    first: { type: first.event.type, source: first.event.source, subject: first.event.subject, time: isoOf(first.at) },
    last: { type: last.event.type, source: last.event.source, time: isoOf(last.at) },
    messages: group.length,
    fromStart: causationid === correlationid && !deadlines.has(first.event.type),
  };
}

function isWanted(group: Group, { type, subject }: RecentQuery): boolean {
  const hasType = type === undefined || group.some(({ event }) => event.type === type);
  return hasType && (subject === undefined || group.some(({ event }) => event.subject.includes(subject)));
}

async function deadlinesOf(source: SagaSource): Promise<ReadonlySet<string>> {
  const known = (await source.consumers?.()) ?? [];
  const reactions = known.flatMap(({ manifest }) => manifest?.reactions ?? []);
  return new Set(reactions.flatMap(({ schedules }) => schedules.map(({ type }) => type)));
}

/**
 * The sagas of which an event has arrived lately, by reading the stream: no journal has a list of them. How one stands, only
 * the journals know (`choreo saga show`). The stream is read in about a second for a few thousand records; if there are
 * more than `recordsMax`, the newest are read, and `from` says how far back that is.
 * @throws STREAM_MISSING, STREAM_UNAVAILABLE (retryable)
 */
export async function recentSagas(source: SagaSource, query: RecentQuery = {}): Promise<RecentSagas> {
  const { sinceSeconds = SINCE_SECONDS, limit = RECENT_MAX, recordsMax = RECORDS_MAX } = query;
  const now = source.clock.now();
  const until = Math.min(query.until ?? now, now);
  const since = Math.max(0, until - sinceSeconds * 1000);
  const { records, from, more } = await newestRecords(source, { from: since, until, recordsMax });
  const deadlines = await deadlinesOf(source);
  const { groups, unreadable } = groupsOf(records);
  const wanted = groups.filter((group) => isWanted(group, query)).sort(byLastEvent);
  return {
    items: wanted.slice(0, limit).map((group) => sagaIn(group, deadlines)),
    found: wanted.length,
    from: isoOf(from),
    until: isoOf(until),
    read: records.length,
    unreadable,
    more,
  };
}
