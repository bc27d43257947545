import type { Envelope } from '../contract/envelope.ts';
import { type ItemKey, keyText } from '../runtime/journal/item-key.ts';
import type { ShardProgress } from '../runtime/ports/operator-ports.ts';
import type { ShardPage, StreamReader, StreamRecord } from '../runtime/ports/stream-reader.ts';
import type { ServiceManifest } from '../topology/manifest.ts';
import type { OperatorAccess } from './access.ts';
import { claimKeyOf, concernedBy } from './claim-key.ts';
import { withPatience } from './patience.ts';
import { readLots } from './read-lots.ts';
import { isSettled } from './sagas/expected.ts';
import { READ_MILLISECONDS } from './shard-walk.ts';
import { readMessage } from './stream-message.ts';

/** Milliseconds before now at which the search begins: what a full shard takes is read to its end. Each step back goes so many times as far. */
const FIRST_STEP_MILLISECONDS = 1_000;
const STEP_FACTOR = 4;
/** Steps in between, once something is found: 20 halve a week to less than a second. */
const NARROW_MAX = 20;
/** Milliseconds between two places that are not told apart any more. */
const CLOSE_MILLISECONDS = 1_000;
const PAGE_RECORDS = 1_000;
/** Pages of one look. */
const PAGES_MAX = 4;
/** Messages of one look whose claims are asked for: one read of the journal. */
const ASKED_MAX = 100;

/** Where to look: one shard, for one consumer. */
interface Search {
  readonly access: OperatorAccess;
  readonly stream: StreamReader;
  readonly manifest: ServiceManifest;
  readonly shard: string;
}

/** What was seen between two times. */
interface Look {
  /** The last record there that has a claim. */
  readonly taken?: StreamRecord;
  /** The first record behind that one which has none. */
  readonly open?: StreamRecord;
  /** Something lies there that concerns the consumer. */
  readonly any: boolean;
  /** The claims of all of it were asked for. */
  readonly exact: boolean;
}

interface Asked {
  readonly record: StreamRecord;
  readonly message: Envelope;
  readonly keys: readonly ItemKey[];
}

/** Only an action proves by its claim that the message was taken: several triggers may have undone the same step. */
function askedOf({ manifest }: Search, record: StreamRecord): readonly Asked[] {
  const message = readMessage(record.body);
  const concerns = message ? concernedBy(manifest, message.type) : [];
  if (!message || concerns.length === 0) return [];
  const keys = concerns.flatMap(({ reaction, role }) => (role === 'action' ? [claimKeyOf(reaction, message)] : []));
  return [{ record, message, keys }];
}

/** Records between two times that concern the consumer. */
async function recordsBetween(search: Search, from: number, to: number): Promise<{ asked: readonly Asked[]; complete: boolean }> {
  const { access, stream, shard } = search;
  const asked: Asked[] = [];
  let place: Parameters<StreamReader['read']>[0]['from'] = { kind: 'time', at: from };
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    if (pages > 0) await access.clock.sleep(READ_MILLISECONDS);
    const page: ShardPage = await withPatience(access.clock, () => stream.read({ shard, from: place, limit: PAGE_RECORDS }));
    asked.push(...page.records.filter(({ arrivedAt }) => arrivedAt < to).flatMap((record) => askedOf(search, record)));
    const isPast = page.records.some(({ arrivedAt }) => arrivedAt >= to);
    const isTip = page.behindMilliseconds === 0 && page.records.length < PAGE_RECORDS;
    if (page.cursor === undefined || isPast || isTip) return { asked, complete: true };
    place = { kind: 'cursor', cursor: page.cursor };
  }
  return { asked, complete: false };
}

/** So many of them as one read of the journal takes, from all over the list, the last one included. */
function spread(asked: readonly Asked[]): readonly Asked[] {
  const step = Math.max(1, Math.ceil(asked.length / ASKED_MAX));
  return asked.filter((_, index) => (asked.length - 1 - index) % step === 0);
}

/** A replay or a redrive takes messages that the consumer has not come to yet. */
const isTakenFrom = (claimed: Envelope | undefined, { id, source }: Envelope): boolean =>
  claimed?.id === id && claimed.source === source && claimed.replayid === undefined;

async function look(search: Search, from: number, to: number): Promise<Look> {
  const { access, manifest } = search;
  const { asked, complete } = await recordsBetween(search, from, to);
  const actions = asked.filter(({ keys }) => keys.length > 0);
  const some = spread(actions);
  const keys = some.flatMap((one) => one.keys);
  const claims = await readLots(access, manifest.service, 'claims', keys);
  const taken = some.findLastIndex(({ message, keys: own }) => own.some((key) => isTakenFrom(claims.get(keyText(key))?.message, message)));
  const [found, next] = [some[taken]?.record, some[taken + 1]?.record];
  return {
    any: asked.length > 0,
    exact: complete && some.length === actions.length,
    ...(found ? { taken: found } : {}),
    ...(next ? { open: next } : {}),
  };
}

/** Between a record that was taken, and a time from which on none was. */
async function narrow(search: Search, first: StreamRecord, end: number): Promise<StreamRecord> {
  let [taken, to] = [first, end];
  for (let step = 0; step < NARROW_MAX && to - taken.arrivedAt > CLOSE_MILLISECONDS; step += 1) {
    const middle = taken.arrivedAt + Math.ceil((to - taken.arrivedAt) / 2);
    const seen = await look(search, middle, to);
    if (seen.taken) taken = seen.taken;
    if (seen.taken && seen.exact) return taken;
    to = seen.open?.arrivedAt ?? (seen.taken ? to : middle);
  }
  return (await look(search, taken.arrivedAt, to)).taken ?? taken;
}

/** One shard's answer. `undefined`: nobody can tell. */
async function searchShard(search: Search, retentionSeconds: number): Promise<ShardProgress | undefined> {
  const { access, shard } = search;
  const now = access.clock.now();
  const oldest = now - retentionSeconds * 1000;
  let [any, exact] = [false, true];
  // What arrives while it is looked at is of no account.
  for (let [to, step] = [now + 1, FIRST_STEP_MILLISECONDS]; to > oldest; step *= STEP_FACTOR) {
    const from = Math.max(oldest, now - step);
    const seen = await look(search, from, to);
    if (seen.taken) {
      const end = exact ? (seen.open?.arrivedAt ?? to) : now + 1; // of what is newer, something was passed over
      const { sequenceNumber, arrivedAt } = exact && seen.exact ? seen.taken : await narrow(search, seen.taken, end);
      return { shard, sequenceNumber, arrivedAt };
    }
    exact &&= seen.exact;
    any ||= seen.any;
    to = from;
  }
  return exact && !any ? { shard } : undefined;
}

/**
 * How far a consumer on the stream has got in each shard, as its own journal proves: the last record that a reaction of it
 * has a claim for. For where nobody keeps account of it, as AWS Lambda tells no position. It is never ahead of the
 * consumer, and behind it by messages that left no claim (parked, unreadable, of a step that another message took); with
 * several batches of a shard at a time it is where the foremost of them is. Shards in which the journal proves nothing are
 * left out; one that holds nothing for the consumer has no position.
 * Costs an operator one or two reads of a shard and one of the journal where the consumer keeps up, some dozens where not.
 */
export async function journalProgress(
  access: OperatorAccess,
  stream: StreamReader,
  manifest: ServiceManifest,
  retentionSeconds: number,
): Promise<readonly ShardProgress[]> {
  const shards = await withPatience(access.clock, () => stream.shards());
  const found: ShardProgress[] = [];
  for (const { id: shard } of shards) {
    const place = await searchShard({ access, stream, manifest, shard }, retentionSeconds);
    if (place) found.push(place);
  }
  return found;
}

/** Those messages on which a service still has something to do, as its claims say: a trigger on what is undone is nothing. */
export async function unsettled(
  access: OperatorAccess,
  manifest: ServiceManifest,
  records: readonly StreamRecord[],
): Promise<readonly StreamRecord[]> {
  const asked = records.flatMap((record) => {
    const message = readMessage(record.body);
    if (!message) return [];
    return concernedBy(manifest, message.type).map((concern) => ({ record, concern, key: claimKeyOf(concern.reaction, message) }));
  });
  const keys = asked.map(({ key }) => key);
  const claims = await readLots(access, manifest.service, 'claims', keys);
  const open = asked.filter(({ key, concern }) => !isSettled(claims.get(keyText(key)), concern));
  return [...new Set(open.map(({ record }) => record))];
}
