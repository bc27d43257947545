import { describe, expect, test } from 'vitest';
import type { ReplaySend } from '../../../lib/runtime/ports/replay-queue.ts';
import { type ReceivedTask, type ReplayQueueHarness, replayQueueConformance } from '../../../lib/testing/conformance/replay-queue.ts';
import { failingCases } from './failing-cases.ts';

interface Entry {
  readonly send: ReplaySend;
  attempt: number;
  /** Seconds; a task in progress is hidden for good. */
  visibleAt: number;
}

/** What a mutant does otherwise. */
interface Flaws {
  readonly forgetsDeduplication?: boolean;
  readonly forgetsWhenDone?: boolean;
  readonly ignoresGroups?: boolean;
  readonly oneGroup?: boolean;
  readonly retriesAtOnce?: boolean;
  readonly retriesLast?: boolean;
  readonly neverCounts?: boolean;
  readonly keepsDone?: boolean;
  readonly losesOverTen?: boolean;
  readonly losesLarge?: boolean;
  readonly losesReactions?: boolean;
  readonly lastInFirstOut?: boolean;
}

/** The simplest queue that keeps the port, but for its flaws. */
function createFake(flaws: Flaws = {}): ReplayQueueHarness {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  let now = 0;
  const groupOf = ({ group }: ReplaySend): string => (flaws.oneGroup ? 'one' : group);
  const isFree = (entry: Entry): boolean => {
    if (entry.visibleAt > now) return false;
    const head = entries.find(({ send }) => groupOf(send) === groupOf(entry.send));
    return flaws.ignoresGroups || head === entry;
  };
  const entryOf = (received: ReceivedTask): Entry => received.handle as Entry;
  const put = (send: ReplaySend): void => {
    if (seen.has(send.deduplicationId) && !flaws.forgetsDeduplication) return;
    seen.add(send.deduplicationId);
    const task = flaws.losesReactions && send.task.kind === 'message' ? { kind: 'message', message: send.task.message } : send.task;
    const entry = { send: structuredClone({ ...send, task }) as ReplaySend, attempt: 0, visibleAt: now };
    if (flaws.lastInFirstOut) entries.unshift(entry);
    else entries.push(entry);
  };
  const take = (entry: Entry): void => {
    entries.splice(entries.indexOf(entry), 1);
    if (flaws.forgetsWhenDone) seen.delete(entry.send.deduplicationId);
  };
  return {
    queue: {
      send: async (sends) => {
        const bytes = sends.reduce((sum, send) => sum + JSON.stringify(send).length, 0);
        if (flaws.losesLarge && bytes > 1_048_576) return;
        for (const send of flaws.losesOverTen ? sends.slice(0, 10) : sends) put(send);
      },
    },
    receive: async () => {
      const entry = entries.find(isFree);
      if (!entry) return undefined;
      entry.attempt = flaws.neverCounts ? 1 : entry.attempt + 1;
      entry.visibleAt = Number.POSITIVE_INFINITY;
      return { task: entry.send.task, attempt: entry.attempt, handle: entry };
    },
    done: async (received) => {
      if (flaws.keepsDone) entryOf(received).visibleAt = now + 1;
      else take(entryOf(received));
    },
    retry: async (received, afterSeconds) => {
      const entry = entryOf(received);
      entry.visibleAt = flaws.retriesAtOnce ? now : now + afterSeconds;
      if (!flaws.retriesLast) return;
      entries.splice(entries.indexOf(entry), 1);
      entries.push(entry);
    },
    pass: async (seconds) => {
      now += seconds;
    },
  };
}

const flaws: readonly [flaw: keyof Flaws, caught: string][] = [
  ['forgetsDeduplication', 'same deduplication id'],
  ['forgetsWhenDone', 'same deduplication id'],
  ['ignoresGroups', 'a group waits for its task in progress'],
  ['oneGroup', 'a group waits for its task in progress'],
  ['retriesAtOnce', 'a task to be retried is hidden'],
  ['retriesLast', 'a task to be retried is hidden'],
  ['neverCounts', 'a task to be retried is hidden'],
  ['keepsDone', '25 tasks of one group'],
  ['losesOverTen', '25 tasks of one group'],
  ['losesLarge', 'large together'],
  ['losesReactions', 'every kind of task'],
  ['lastInFirstOut', '25 tasks of one group'],
];

describe('the replay queue suite passes a queue that keeps the port', () => {
  for (const { name, run } of replayQueueConformance) test(name, () => run(async () => createFake()));
});

describe('the replay queue suite finds a queue that', () => {
  for (const [flaw, caught] of flaws) {
    test(flaw, async () => {
      expect((await failingCases(replayQueueConformance, async () => createFake({ [flaw]: true }))).join('\n')).toContain(caught);
    });
  }
});
