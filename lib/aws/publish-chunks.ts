import type { Envelope } from '../contract/envelope.ts';
import type { Publisher, PublishOutcome } from '../runtime/ports/publisher.ts';
import { sdkErrorText } from './calls/sdk-error.ts';

/** What a failed call says about its entries. `one`: an entry of it is at fault, it is not known which. */
export type CallFailure =
  | { readonly kind: 'all' }
  | { readonly kind: 'one'; readonly code: string }
  /** Not allowed: one entry, or everything that this publisher sends. */
  | { readonly kind: 'denied'; readonly code: string };

/** A channel that takes entries in calls of bounded size. */
export interface ChunkChannel<Entry> {
  readonly entriesMax: number;
  /** Bytes of one call. */
  readonly bytesMax: number;
  /** The entry of an event with its size in bytes, or why the channel never takes it. */
  entryOf(event: Envelope): { readonly entry: Entry; readonly bytes: number } | (PublishOutcome & { readonly status: 'refused' });
  /** One call; outcomes in the order of the entries. */
  send(entries: readonly Entry[]): Promise<readonly PublishOutcome[]>;
  failureOf(error: unknown): CallFailure;
}

/** Times that one publish call cuts chunks in two to find the entry at fault: three such entries among 500. */
const SPLITS_MAX = 32;

interface Sending<Entry> {
  readonly entry: Entry;
  readonly bytes: number;
  /** Position of its event. */
  readonly index: number;
}

function chunksOf<Entry>(sendings: readonly Sending<Entry>[], { entriesMax, bytesMax }: ChunkChannel<Entry>): readonly Sending<Entry>[][] {
  const chunks: Sending<Entry>[][] = [];
  let bytes = 0;
  for (const sending of sendings) {
    const last = chunks.at(-1);
    const fits = last !== undefined && last.length < entriesMax && bytes + sending.bytes <= bytesMax;
    bytes = fits ? bytes + sending.bytes : sending.bytes;
    if (fits) last.push(sending);
    else chunks.push([sending]);
  }
  return chunks;
}

/**
 * Sends events in calls that the channel takes, one after the other. A call that fails because of one entry is cut in two
 * until that entry stands alone, so that it does not stop the others. What is not allowed is `refused` only when something
 * else of the same publish call was taken; until then it may be the whole publisher that lacks the permission, which
 * somebody will repair, and the answer is `retry`. So is any failure that says nothing about the entry itself; after one without
 * an answer the events may be in the channel all the same.
 */
export function createChunkPublisher<Entry>(channel: ChunkChannel<Entry>): Publisher {
  return {
    async publish(events) {
      const outcomes: PublishOutcome[] = events.map(() => ({ status: 'retry', reason: 'no outcome' }));
      const sendings: Sending<Entry>[] = [];
      for (const [index, event] of events.entries()) {
        const made = channel.entryOf(event);
        if ('entry' in made) sendings.push({ ...made, index });
        else outcomes[index] = made;
      }
      await sendAll(channel, sendings, outcomes);
      return outcomes;
    },
  };
}

async function sendAll<Entry>(channel: ChunkChannel<Entry>, sendings: readonly Sending<Entry>[], outcomes: PublishOutcome[]) {
  const chunks = [...chunksOf(sendings, channel)].reverse();
  const denied: (readonly [index: number, refusal: PublishOutcome])[] = [];
  let splits = 0;
  for (let chunk = chunks.pop(); chunk !== undefined; chunk = chunks.pop()) {
    try {
      const results = await channel.send(chunk.map(({ entry }) => entry));
      for (const [position, { index }] of chunk.entries()) outcomes[index] = results[position] ?? { status: 'retry', reason: 'no outcome' };
    } catch (error) {
      const failure = channel.failureOf(error);
      if (failure.kind !== 'all' && chunk.length > 1 && splits < SPLITS_MAX) {
        splits += 1;
        const middle = Math.ceil(chunk.length / 2);
        chunks.push(chunk.slice(middle), chunk.slice(0, middle));
        continue;
      }
      const reason = sdkErrorText(error);
      for (const { index } of chunk) outcomes[index] = { status: 'retry', reason };
      const [alone] = chunk;
      if (failure.kind === 'all' || chunk.length > 1 || alone === undefined) continue;
      const refusal: PublishOutcome = { status: 'refused', code: failure.code, message: reason };
      if (failure.kind === 'one') outcomes[alone.index] = refusal;
      else denied.push([alone.index, refusal]);
    }
  }
  if (!outcomes.some(({ status }) => status === 'published')) return;
  for (const [index, refusal] of denied) outcomes[index] = refusal;
}
