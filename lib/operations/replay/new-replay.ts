import { hashOf } from '../../runtime/journal/hash.ts';
import { canonicalText } from '../../schema/canonical-text.ts';
import { isoOf, type OperatorAccess } from '../access.ts';
import { collectDeadLetters } from '../dead-letters/list.ts';
import { nextGeneration } from '../generations/next.ts';
import type { ReplayPlace, ReplayRecord } from './record.ts';
import type { ReplaySpec } from './spec.ts';

/** Dead letters that one replay takes: their ids have to fit into its document. */
export const REPLAY_LETTERS_MAX = 2_000;

async function lettersOf(access: OperatorAccess, { consumer, from }: ReplaySpec): Promise<Pick<ReplayRecord, 'letters'>> {
  if (from.kind !== 'dead-letters') return {};
  const query = { consumer, ...(from.filter ? { filter: from.filter } : {}) };
  const { kept, more } = await collectDeadLetters(access, query, ({ id }) => id, REPLAY_LETTERS_MAX);
  return { letters: { ids: [...kept].sort(), done: 0, more } };
}

/** A replay before its first run; its id follows from who asks for what, and when. */
export async function newReplay(access: OperatorAccess, spec: ReplaySpec, on: ReplayPlace = 'terminal'): Promise<ReplayRecord> {
  const now = access.clock.now();
  const createdAt = isoOf(now);
  return {
    id: `${createdAt}~${hashOf('replay', access.who, canonicalText(spec))}`,
    by: access.who,
    createdAt,
    updatedAt: createdAt,
    spec,
    state: 'running',
    ...(on === 'platform' ? { on } : {}),
    until: spec.until ?? now,
    shards: {},
    ...(await lettersOf(access, spec)),
    ...(spec.mode === 'reprocess' ? { generation: await nextGeneration(access, spec.consumer) } : {}),
    counts: { read: 0, sent: 0, unreadable: 0 },
    gaps: [],
    unreadableAt: [],
    activeMilliseconds: 0,
  };
}
