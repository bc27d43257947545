import type { ConsumerState } from '../runtime/ports/control.ts';
import type { QueueFigures, ShardProgress } from '../runtime/ports/operator-ports.ts';
import type { StreamReader } from '../runtime/ports/stream-reader.ts';
import type { ConsumerInfo, OperatorAccess } from './access.ts';
import { subscribedTypes } from './claim-key.ts';
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
  types: readonly string[] | undefined,
): Promise<ShardLag> {
  const { shard, sequenceNumber } = place;
  let from: Parameters<StreamReader['read']>[0]['from'] =
    sequenceNumber === undefined ? { kind: 'start' } : { kind: 'after', sequenceNumber };
  let [messages, read, empty, oldest] = [0, 0, 0, access.clock.now()];
  for (;;) {
    const page = await withPatience(access.clock, () => stream.read({ shard, from, limit: PAGE_RECORDS }));
    for (const { body, arrivedAt } of page.records) {
      if (types && !types.includes(readMessage(body)?.type ?? '')) continue;
      messages += 1;
      oldest = Math.min(oldest, arrivedAt);
    }
    read += page.records.length;
    empty = page.records.length === 0 ? empty + 1 : 0;
    const isEnd = page.cursor === undefined || (page.records.length === 0 && page.behindMilliseconds === 0);
    const more = !isEnd && (read >= LAG_RECORDS_MAX || empty > EMPTY_PAGES_MAX);
    if (isEnd || more) return { ...place, messages, more, milliseconds: access.clock.now() - oldest };
    from = { kind: 'cursor', cursor: page.cursor ?? '' };
  }
}

type SourceLag = Pick<ConsumerLag, 'shards' | 'unknownShards' | 'messages' | 'milliseconds'>;

async function streamLag(access: OperatorAccess, { name, manifest }: ConsumerInfo): Promise<SourceLag> {
  const { stream } = access;
  const progress = await access.progress?.(name);
  if (!stream || !progress) {
    const milliseconds = await access.behindMilliseconds?.(name);
    return { shards: [], unknownShards: [], ...(milliseconds === undefined ? {} : { milliseconds }) };
  }
  const types = manifest && subscribedTypes(manifest);
  const there = (await withPatience(access.clock, () => stream.shards())).map(({ id }) => id);
  const shards: ShardLag[] = [];
  for (const place of progress) if (there.includes(place.shard)) shards.push(await shardLag(access, stream, place, types));
  const messages = shards.reduce((sum, shard) => sum + shard.messages, 0);
  const unknownShards = there.filter((id) => !shards.some(({ shard }) => shard === id));
  return { shards, unknownShards, messages, milliseconds: Math.max(0, ...shards.map((shard) => shard.milliseconds)) };
}

async function busLag(access: OperatorAccess, { name }: ConsumerInfo): Promise<SourceLag> {
  const figures = await access.queueFigures?.(name, 'source');
  if (!figures) return { shards: [], unknownShards: [] };
  const { depth, oldestAgeMilliseconds = depth === 0 ? 0 : undefined } = figures;
  return {
    shards: [],
    unknownShards: [],
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

async function lagOf(access: OperatorAccess, consumer: ConsumerInfo): Promise<ConsumerLag> {
  const { name, source, manifest } = consumer;
  const behind = source === 'stream' ? await streamLag(access, consumer) : await busLag(access, consumer);
  const lagSecondsMax = manifest?.lagSecondsMax;
  const replayQueue = await access.queueFigures?.(name, 'replay');
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
  };
}

/** How far consumers are behind, and what stands in their way; all of them, or one. Reads, and changes nothing. */
export async function readLag(access: OperatorAccess, name?: string): Promise<readonly ConsumerLag[]> {
  const consumers = (await access.consumers()).filter((consumer) => name === undefined || consumer.name === name);
  const lags: ConsumerLag[] = [];
  for (const consumer of consumers) lags.push(await lagOf(access, consumer));
  return lags;
}
