import { storeIn } from '../../runtime/journal/in-generation.ts';
import type { Store } from '../../runtime/ports/store.ts';
import { findConsumer, type OperatorAccess } from '../access.ts';
import { liveJournal } from '../generations/document.ts';
import type { StreamGap } from '../shard-walk.ts';
import { newReplay } from './new-replay.ts';
import { createPlanCount, type PlannedType } from './plan-count.ts';
import { PLACES_MAX, type ReplayRecord } from './record.ts';
import { type SourceState, sourcePages } from './source.ts';
import { checkSpec, REPLAY_RATE_PER_SECOND, type ReplaySpec } from './spec.ts';

/** What a replay would do, as far as the journal tells now. */
export interface ReplayPlan {
  readonly spec: ReplaySpec;
  /** Records, or dead letters. */
  readonly read: number;
  readonly messages: number;
  readonly unreadable: number;
  readonly byType: Readonly<Record<string, PlannedType>>;
  /** What would run, by reaction. Empty where the consumer's manifest is not known. */
  readonly wouldRun: Readonly<Record<string, number>>;
  readonly gaps: readonly StreamGap[];
  /** ISO time of the earliest message. */
  readonly firstAt?: string;
  readonly lastAt?: string;
  /** At the rate that the replay has. */
  readonly seconds: number;
  /** It looked at `PLAN_RECORDS_MAX` records and stopped, or there are more dead letters than one replay takes. */
  readonly more: boolean;
  /** With `reprocess`: the generation that would be filled. */
  readonly generation?: number;
  /** With `reprocess`, where it is known: for how long the stream keeps what that is made from. */
  readonly retentionSeconds?: number;
}

/** The journal that knows what has run already: of a generation that is begun with the replay, nothing has. */
function journalOf(access: OperatorAccess, { spec, generation }: ReplayRecord): Store | Promise<Store> {
  return generation === undefined ? liveJournal(access, spec.consumer) : storeIn(access.store(spec.consumer), generation);
}

/** Records that a dry run looks at. */
export const PLAN_RECORDS_MAX = 200_000;

/**
 * What a replay would do: messages by type, and which reactions of them have run already. It reads the stream and the
 * claims and changes nothing. @throws UNKNOWN_SERVICE, INVALID_REPLAY, REPROCESS_REFUSED, STREAM_MISSING
 */
export async function planReplay(access: OperatorAccess, given: ReplaySpec): Promise<ReplayPlan> {
  const spec = await checkSpec(access, given);
  const { manifest } = await findConsumer(access, spec.consumer);
  const { ratePerSecond = REPLAY_RATE_PER_SECOND, maxMessages = Number.POSITIVE_INFINITY } = spec;
  const record = await newReplay(access, spec);
  const count = createPlanCount(access.clock, await journalOf(access, record), manifest);
  const state: SourceState = { shards: new Map(), letters: record.letters };
  const gaps: StreamGap[] = [];
  let [read, unreadable, more] = [0, 0, record.letters?.more ?? false];
  for await (const page of sourcePages(access, record, state)) {
    for (const { message, reactions = spec.reactions } of page.items.slice(0, maxMessages - count.messages))
      await count.add(message, reactions);
    page.end();
    read += page.read;
    unreadable += page.unreadable.length;
    if (page.gap && gaps.length < PLACES_MAX) gaps.push(page.gap);
    more ||= read >= PLAN_RECORDS_MAX;
    if (read >= PLAN_RECORDS_MAX || count.messages >= maxMessages) break;
  }
  await count.flush();
  const { messages, byType, wouldRun, span } = count;
  const { retentionSeconds } = access;
  const kept = retentionSeconds === undefined ? {} : { retentionSeconds };
  const into = record.generation === undefined ? {} : { generation: record.generation, ...kept };
  return { spec, read, messages, unreadable, byType, wouldRun, gaps, ...span, seconds: messages / ratePerSecond, more, ...into };
}
