import type { Envelope } from '../../contract/envelope.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import type { OperatorAccess } from '../access.ts';
import { withPatience } from '../patience.ts';
import { type ShardState, type StreamGap, type StreamPosition, walkStream } from '../shard-walk.ts';
import { readMessage } from '../stream-message.ts';
import type { ReplayRecord } from './record.ts';
import type { ReplaySpec } from './spec.ts';

/** One message to send. */
export interface SourceItem {
  readonly message: Envelope;
  /** The document that it came from: it is closed when the message is through. */
  readonly deadLetter?: string;
  /** Only these reactions. @default - what the replay says */
  readonly reactions?: readonly string[];
  /** Notes that everything up to here is done with. */
  done(): void;
}

/** What was read together. */
export interface SourcePage {
  readonly read: number;
  readonly items: readonly SourceItem[];
  readonly gap?: StreamGap;
  readonly unreadable: readonly StreamPosition[];
  /** Notes that all of it is done with. */
  end(): void;
}

/** Where a source stands; it is noted here by `done` and `end` only. */
export interface SourceState {
  readonly shards: Map<string, ShardState>;
  letters: ReplayRecord['letters'];
}

/** Dead letters of one read. */
const LETTERS_PAGE = 25;

/** Whether a replay takes a message. */
export function isWanted({ types, correlationId }: ReplaySpec, message: Envelope): boolean {
  return (types === undefined || types.includes(message.type)) && (correlationId === undefined || message.correlationid === correlationId);
}

async function* streamPages(access: OperatorAccess, { spec, until }: ReplayRecord, state: SourceState): AsyncGenerator<SourcePage> {
  if (spec.from.kind === 'dead-letters') return;
  const { from, last } = spec;
  for await (const page of walkStream(access, { from, until, ...(last ? { last } : {}), shards: state.shards })) {
    const place = state.shards.get(page.shard) as ShardState;
    const items: SourceItem[] = [];
    const unreadable: StreamPosition[] = [];
    for (const { body, sequenceNumber, arrivedAt } of page.records) {
      const message = readMessage(body);
      if (!message) unreadable.push({ shard: page.shard, sequenceNumber });
      else if (isWanted(spec, message))
        items.push({ message, done: () => void Object.assign(place, { after: sequenceNumber, arrivedAt }) });
    }
    yield {
      read: page.records.length,
      items,
      unreadable,
      ...(page.gap ? { gap: page.gap } : {}),
      end() {
        const record = page.records.at(-1);
        if (record) Object.assign(place, { after: record.sequenceNumber, arrivedAt: record.arrivedAt });
        if (page.ended) Object.assign(place, { done: true, ...(page.early ? { early: true } : {}) });
      },
    };
  }
}

/** The record that a document points to, where the message in it could not be read when it was written. */
async function recordOf({ clock, stream }: OperatorAccess, { source }: DeadLetter): Promise<Envelope | undefined> {
  if (!stream || source.kind !== 'stream') return undefined;
  const { shard, sequenceNumber } = source;
  const from = { kind: 'at' as const, sequenceNumber };
  const page = await withPatience(clock, () => stream.read({ shard, from, limit: 1 })).catch(() => undefined);
  const record = page?.records[0];
  return record && BigInt(record.sequenceNumber) === BigInt(sequenceNumber) ? readMessage(record.body) : undefined;
}

/** A document's state may have changed since the replay was started: what is closed needs no replay. */
async function itemOf(
  access: OperatorAccess,
  spec: ReplaySpec,
  letter: DeadLetter | undefined,
  done: () => void,
): Promise<SourceItem | undefined> {
  if (!letter || letter.state === 'closed' || letter.phase === 'publish') return undefined;
  const message = letter.message ?? (await recordOf(access, letter));
  if (!message || !isWanted(spec, message)) return undefined;
  const reactions = letter.reactions.length > 0 ? { reactions: letter.reactions } : {};
  return { message, deadLetter: letter.id, ...reactions, done };
}

async function* letterPages(access: OperatorAccess, { spec }: ReplayRecord, state: SourceState): AsyncGenerator<SourcePage> {
  const store = access.store(spec.consumer);
  for (let letters = state.letters; letters && letters.done < letters.ids.length; letters = state.letters) {
    const { ids, done, more } = letters;
    const part = ids.slice(done, done + LETTERS_PAGE);
    const { deadLetters } = await withPatience(access.clock, () => store.read({ deadLetters: part }));
    const upTo = (count: number) => () => {
      state.letters = { ids, done: done + count, more };
    };
    const items: SourceItem[] = [];
    for (const [index, id] of part.entries()) {
      const item = await itemOf(access, spec, deadLetters.get(id), upTo(index + 1));
      if (item) items.push(item);
    }
    yield { read: part.length, items, unreadable: [], end: upTo(part.length) };
  }
}

/** What a replay has before it, from where its record says that it stands. */
export function sourcePages(access: OperatorAccess, record: ReplayRecord, state: SourceState): AsyncGenerator<SourcePage> {
  return record.spec.from.kind === 'dead-letters' ? letterPages(access, record, state) : streamPages(access, record, state);
}
