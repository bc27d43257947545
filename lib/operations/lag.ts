import type { ConsumerState } from '../runtime/ports/control.ts';
import type { QueueFigures, ShardProgress } from '../runtime/ports/operator-ports.ts';
import type { StreamReader, StreamRecord } from '../runtime/ports/stream-reader.ts';
import type { ConsumerInfo, OperatorAccess } from './access.ts';
import { subscribedTypes } from './claim-key.ts';
import { type GenerationState, readGenerationState } from './generations/standstill.ts';
import { journalProgress, unsettled } from './journal-progress.ts';
import { withPatience } from './patience.ts';
import { readMessage } from './stream-message.ts';

/** How far a consumer is behind in one shard. */
export interface ShardLag extends ShardProgress {
  /** Records behind that one that it subscribes to; all records where that is not known. */
  readonly messages: number;
  /** There are more than `messages`: counting stopped. */
  readonly more: boolean;
  /** Age of the oldest of them. 0: none. */
  readonly milliseconds: number;
}

/** Everything that says whether a consumer keeps up. */
export interface ConsumerLag {
  readonly consumer: string;
  readonly source: 'stream' | 'bus';
  /** Per shard, of a consumer on the stream whose progress is known. */
  readonly shards: readonly ShardLag[];
  /** Shards of which nobody knows how far it has got: `messages` leaves them out. */
  readonly unknownShards: readonly string[];
  /**
   * `exact`: somebody keeps account of how far it has got. `at-most`: only its journal tells, so `messages` and
   * `milliseconds` are no less than what it is behind. `none`: nobody has looked at the shards.
   */
  readonly known: 'exact' | 'at-most' | 'none';
  /** Records it has not got, over all shards, or in its queue. Absent: not known. */
  readonly messages?: number;
  /** Age of the oldest one. Absent: not known. */
  readonly milliseconds?: number;
  /** What the service promises, in seconds. Absent: nothing, or not known. */
  readonly lagSecondsMax?: number;
  /** It is further behind than that. */
  readonly late: boolean;
  readonly replayQueue?: QueueFigures;
  readonly deadLetters: Count;
  readonly parkedSagas: Count;
  /** Milliseconds for which the longest parked one has been. */
  readonly parkedMilliseconds: number;
  /** Another generation of all that it keeps is filled, or switched to. */
  readonly generation?: GenerationState;
  readonly pause?: Pick<ConsumerState, 'reason' | 'since'> & {
    /** It lasts longer than half of the time for which the stream keeps records. */
    readonly tooLong: boolean;
  };
}

/** A number that was counted to its end, or to a limit. */
export interface Count {
  readonly count: number;
  /** There are more. */
  readonly more: boolean;
}

/** Seconds for which a stream keeps records at least (Kinesis), where it is not known. */
const RETENTION_SECONDS = 86_400;
/** Records of one shard that are counted. */
export const LAG_RECORDS_MAX = 10_000;
/** Dead letters and parked sagas that are counted. */
export const LAG_ITEMS_MAX = 1_000;
const PAGE_RECORDS = 1_000;
/** Empty pages in a row of a shard that is read on nevertheless. */
const EMPTY_PAGES_MAX = 10;

async function shardLag(
  access: OperatorAccess,
  stream: StreamReader,
  place: ShardProgress,
  openOf: (records: readonly StreamRecord[]) => Promise<readonly StreamRecord[]>,
): Promise<ShardLag> {
  const { shard, sequenceNumber } = place;
  let from: Parameters<StreamReader['read']>[0]['from'] =
    sequenceNumber === undefined ? { kind: 'start' } : { kind: 'after', sequenceNumber };
  let [messages, read, empty, oldest] = [0, 0, 0, access.clock.now()];
  for (;;) {
    const page = await withPatience(access.clock, () => stream.read({ shard, from, limit: PAGE_RECORDS }));
    const open = await openOf(page.records);
    messages += open.length;
    oldest = open.reduce((age, { arrivedAt }) => Math.min(age, arrivedAt), oldest);
    read += page.records.length;
    empty = page.records.length === 0 ? empty + 1 : 0;
    const isEnd = page.cursor === undefined || (page.records.length === 0 && page.behindMilliseconds === 0);
    const more = !isEnd && (read >= LAG_RECORDS_MAX || empty > EMPTY_PAGES_MAX);
    if (isEnd || more) return { ...place, messages, more, milliseconds: access.clock.now() - oldest };
    from = { kind: 'cursor', cursor: page.cursor ?? '' };
  }
}

type SourceLag = Pick<ConsumerLag, 'shards' | 'unknownShards' | 'known' | 'messages' | 'milliseconds'>;

/** Of the places, where each of them is known: exactly, or by the journal alone. */
async function placesOf(
  access: OperatorAccess,
  { name, manifest }: ConsumerInfo,
  search: boolean,
): Promise<Pick<SourceLag, 'known'> & { readonly places: readonly ShardProgress[] }> {
  const { stream, retentionSeconds = RETENTION_SECONDS } = access;
  const places = await access.progress?.(name);
  if (places) return { known: 'exact', places };
  if (!stream || !manifest || !search) return { known: 'none', places: [] };
  return { known: 'at-most', places: await journalProgress(access, stream, manifest, retentionSeconds) };
}

async function streamLag(access: OperatorAccess, consumer: ConsumerInfo, search: boolean): Promise<SourceLag> {
  const { stream } = access;
  const { name, manifest } = consumer;
  const { known, places } = await placesOf(access, consumer, search);
  const measured = known === 'exact' ? undefined : await access.behindMilliseconds?.(name);
  if (!stream || known === 'none')
    return { shards: [], unknownShards: [], known: 'none', ...(measured === undefined ? {} : { milliseconds: measured }) };
  const types = manifest && subscribedTypes(manifest);
  const subscribed = async (records: readonly StreamRecord[]) =>
    records.filter(({ body }) => !types || types.includes(readMessage(body)?.type ?? ''));
  // Behind the last claim there may be messages that had nothing to do.
  const openOf = known === 'at-most' && manifest ? (all: readonly StreamRecord[]) => unsettled(access, manifest, all) : subscribed;
  const there = (await withPatience(access.clock, () => stream.shards())).map(({ id }) => id);
  const shards: ShardLag[] = [];
  for (const place of places) if (there.includes(place.shard)) shards.push(await shardLag(access, stream, place, openOf));
  const counted = shards.length === 0 ? {} : { messages: shards.reduce((sum, shard) => sum + shard.messages, 0) };
  const unknownShards = there.filter((id) => !shards.some(({ shard }) => shard === id));
  const ages = [...shards.map((shard) => shard.milliseconds), unknownShards.length > 0 ? (measured ?? 0) : 0];
  return { shards, unknownShards, known, ...counted, milliseconds: Math.max(...ages) };
}

async function busLag(access: OperatorAccess, { name }: ConsumerInfo): Promise<SourceLag> {
  const figures = await access.queueFigures?.(name, 'source');
  if (!figures) return { shards: [], unknownShards: [], known: 'none' };
  const { depth, oldestAgeMilliseconds = depth === 0 ? 0 : undefined } = figures;
  return {
    shards: [],
    unknownShards: [],
    known: 'exact',
    messages: depth,
    ...(oldestAgeMilliseconds === undefined ? {} : { milliseconds: oldestAgeMilliseconds }),
  };
}

/** Those that nobody is at: the quarantined ones, too. */
async function openLetters(access: OperatorAccess, consumer: string): Promise<Count> {
  const store = access.store(consumer);
  const list = (state: 'open' | 'quarantined') => withPatience(access.clock, () => store.listDeadLetters({ state, limit: LAG_ITEMS_MAX }));
  const pages = await Promise.all([list('open'), list('quarantined')]);
  return { count: pages.reduce((sum, { items }) => sum + items.length, 0), more: pages.some(({ cursor }) => cursor !== undefined) };
}

async function parked(access: OperatorAccess, consumer: string): Promise<Pick<ConsumerLag, 'parkedSagas' | 'parkedMilliseconds'>> {
  const query = { wakeBefore: Number.MAX_SAFE_INTEGER, limit: LAG_ITEMS_MAX };
  const markers = await withPatience(access.clock, () => access.store(consumer).listParkedSagas(query));
  const [first] = markers;
  return {
    parkedSagas: { count: markers.length, more: markers.length >= LAG_ITEMS_MAX },
    parkedMilliseconds: first ? access.clock.now() - first.parkedAt : 0,
  };
}

async function pauseOf(access: OperatorAccess, consumer: string): Promise<Pick<ConsumerLag, 'pause'>> {
  const { paused, reason, since } = await withPatience(access.clock, () => access.control.consumer(consumer));
  if (!paused) return {};
  const { retentionSeconds } = access;
  const tooLong = retentionSeconds !== undefined && since !== undefined && access.clock.now() - since > (retentionSeconds * 1000) / 2;
  return { pause: { ...(reason === undefined ? {} : { reason }), ...(since === undefined ? {} : { since }), tooLong } };
}

async function lagOf(access: OperatorAccess, consumer: ConsumerInfo, search: boolean): Promise<ConsumerLag> {
  const { name, source, manifest } = consumer;
  const behind = source === 'stream' ? await streamLag(access, consumer, search) : await busLag(access, consumer);
  const lagSecondsMax = manifest?.lagSecondsMax;
  const replayQueue = await access.queueFigures?.(name, 'replay');
  const generation = await readGenerationState(access, name);
  return {
    consumer: name,
    source,
    ...behind,
    ...(lagSecondsMax === undefined ? {} : { lagSecondsMax }),
    late: lagSecondsMax !== undefined && (behind.milliseconds ?? 0) > lagSecondsMax * 1000,
    ...(replayQueue ? { replayQueue } : {}),
    deadLetters: await openLetters(access, name),
    ...(await parked(access, name)),
    ...(await pauseOf(access, name)),
    ...(generation ? { generation } : {}),
  };
}

/**
 * How far consumers are behind, and what stands in their way; all of them, or one. Of one that nobody keeps account of its
 * journal is searched shard by shard, which takes some seconds. Reads, and changes nothing.
 */
export async function readLag(access: OperatorAccess, name?: string): Promise<readonly ConsumerLag[]> {
  const consumers = (await access.consumers()).filter((consumer) => name === undefined || consumer.name === name);
  const lags: ConsumerLag[] = [];
  for (const consumer of consumers) lags.push(await lagOf(access, consumer, name !== undefined));
  return lags;
}
