import { ChoreographyError } from '../../contract/errors.ts';
import type { ReactionManifest } from '../../topology/manifest.ts';
import { type ConsumerInfo, findConsumer, type OperatorAccess, streamOf } from '../access.ts';
import { subscribedTypes } from '../claim-key.ts';
import type { DeadLetterFilter } from '../dead-letters/filter.ts';
import type { StreamPosition, WalkStart } from '../shard-walk.ts';
import { checkReprocess } from './reprocess.ts';

/** What to replay, to whom, and how fast; plain JSON. */
export interface ReplaySpec {
  readonly consumer: string;
  /** `dead-letters`: the messages of dead letters, or the records they point to where these could not be read. */
  readonly from: WalkStart | { readonly kind: 'dead-letters'; readonly filter?: DeadLetterFilter };
  /** Milliseconds since 1970: nothing that arrived later. @default - the start of the replay */
  readonly until?: number;
  /** The last record of its shard, and nothing of the shards that came of that one. @default - none */
  readonly last?: StreamPosition;
  /** One saga. @default - all */
  readonly correlationId?: string;
  /** Message types. @default - all that the consumer subscribes to */
  readonly types?: readonly string[];
  /** These reactions only; not with `reprocess`. @default - all that are concerned */
  readonly reactions?: readonly string[];
  /**
   * `recover`: claims are respected, only what was missed runs. `reprocess`: all that the consumer keeps is built anew
   * beside what is there, from the beginning of the stream; for services whose reactions are all `reprocessable`.
   * @default 'recover'
   */
  readonly mode?: 'recover' | 'reprocess';
  /** With `reprocess`: go without what came through an inbound, which is not on the stream. @default - refuse */
  readonly withoutInbound?: true;
  /** Messages a second. @default 50 */
  readonly ratePerSecond?: number;
  /** @default - no end */
  readonly maxMessages?: number;
  /** Messages that may wait in the consumer's replay queue, where that can be seen. @default 1_000 */
  readonly inFlightMax?: number;
  readonly reason?: string;
}

/** Messages a second that a replay sends, unless it says otherwise. */
export const REPLAY_RATE_PER_SECOND = 50;
/** Messages that wait in the replay queue, unless a replay says otherwise. */
export const REPLAY_IN_FLIGHT_MAX = 1_000;
/** Messages a second that a replay may send: SQS takes 3,000 a second in one FIFO queue, and live wake-ups use it, too. */
const RATE_PER_SECOND_MAX = 1_000;

const BACKWARDS = 'The replay ends before it begins.';

function refuse(message: string, details: Readonly<Record<string, unknown>> = {}): never {
  throw new ChoreographyError('INVALID_REPLAY', message, { details });
}

/** Reads `<shard>:<sequence number>`. @throws INVALID_REPLAY */
export function parsePosition(text: string): StreamPosition {
  const [, shard, sequenceNumber] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (shard !== undefined && sequenceNumber !== undefined) return { shard, sequenceNumber };
  return refuse(`"${text}" is no position; write it as <shard>:<sequence number>, e.g. shardId-000000000000:4957.`, { position: text });
}

function checkNumbers({ ratePerSecond = 1, maxMessages = 1, inFlightMax = 1 }: ReplaySpec): void {
  if (!(ratePerSecond > 0 && ratePerSecond <= RATE_PER_SECOND_MAX))
    refuse(`${ratePerSecond} messages a second is no rate for a replay; give a number above 0, at most ${RATE_PER_SECOND_MAX}.`);
  if (!(maxMessages >= 1 && inFlightMax >= 1)) refuse('A replay of less than one message does nothing; give a number from 1.');
}

function checkTimes({ from, until }: ReplaySpec, nowMs: number): void {
  if (until !== undefined && !(until <= nowMs))
    refuse('The end of a replay lies in the future; leave it out to stop at what is there now.', { until });
  if (from.kind === 'time' && !(from.at <= (until ?? nowMs))) refuse(BACKWARDS, { from: from.at });
}

async function checkPositions(access: OperatorAccess, { from, last }: ReplaySpec): Promise<void> {
  const named = [...(from.kind === 'positions' ? from.positions : []), ...(last ? [last] : [])];
  if (from.kind === 'positions' && from.positions.length === 0) refuse('A replay from positions needs one at least.');
  for (const { sequenceNumber } of named) if (!/^\d+$/.test(sequenceNumber)) refuse(`"${sequenceNumber}" is no sequence number.`);
  if (from.kind === 'dead-letters' || named.length === 0) return;
  const shards = (await streamOf(access).shards()).map(({ id }) => id);
  const unknown = named.find(({ shard }) => !shards.includes(shard));
  if (unknown) refuse(`The stream has no shard ${unknown.shard}; it has ${shards.join(', ')}.`, { shard: unknown.shard });
  const first = from.kind === 'positions' ? from.positions.find(({ shard }) => shard === last?.shard) : undefined;
  if (first && last && BigInt(first.sequenceNumber) > BigInt(last.sequenceNumber)) refuse(BACKWARDS);
}

function reactionsOf({ name, manifest }: ConsumerInfo, names: readonly string[]): readonly ReactionManifest[] {
  const known = manifest?.reactions ?? [];
  return names.map((reaction) => {
    const found = known.find((one) => one.name === reaction);
    return found ?? refuse(`${name} has no reaction ${reaction}; it has ${known.map((one) => one.name).join(', ')}.`, { reaction });
  });
}

/**
 * Refuses a replay that cannot be meant, and fills in what follows from the consumer's manifest.
 * @throws UNKNOWN_SERVICE, INVALID_REPLAY, REPROCESS_REFUSED, STREAM_MISSING
 */
export async function checkSpec(access: OperatorAccess, spec: ReplaySpec): Promise<ReplaySpec> {
  const consumer = await findConsumer(access, spec.consumer);
  checkNumbers(spec);
  checkTimes(spec, access.clock.now());
  if (spec.from.kind !== 'dead-letters') streamOf(access);
  await checkPositions(access, spec);
  const { manifest } = consumer;
  const subscribed = manifest && subscribedTypes(manifest);
  const strange = subscribed && spec.types?.find((type) => !subscribed.includes(type));
  if (strange !== undefined) {
    refuse(`${consumer.name} does not subscribe to ${strange}; it subscribes to ${subscribed?.join(', ')}.`, { type: strange });
  }
  const types = spec.types ?? subscribed;
  const filled = { ...spec, ...(types ? { types } : {}) };
  if (spec.mode === 'reprocess') checkReprocess(consumer, spec);
  if (spec.reactions && manifest) reactionsOf(consumer, spec.reactions);
  return filled;
}
