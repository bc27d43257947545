import type { EngineEvent } from '../../embedded/engine-event.ts';
import type { CounterName } from '../../runtime/ports/telemetry.ts';
import { serviceOf } from './fact-log.ts';

/** What went wrong, as far as it can be seen: how often. */
export interface Troubles {
  readonly sentTwice: number;
  /** Got onto the stream after a younger event of its saga. */
  readonly outOfOrder: number;
  readonly crashesBeforeCommit: number;
  readonly crashesAfterCommit: number;
  readonly timeouts: number;
  /** Reactions that threw: the outside did not answer. */
  readonly failedTries: number;
  readonly conflicts: number;
  readonly throttled: number;
  readonly lostAnswers: number;
  readonly failedPublishes: number;
}

/** Nothing. */
const noTroubles: Troubles = {
  sentTwice: 0,
  outOfOrder: 0,
  crashesBeforeCommit: 0,
  crashesAfterCommit: 0,
  timeouts: 0,
  failedTries: 0,
  conflicts: 0,
  throttled: 0,
  lostAnswers: 0,
  failedPublishes: 0,
};

const counters: Partial<Record<CounterName, keyof Troubles>> = {
  'technical-failures': 'failedTries',
  'commit-conflicts': 'conflicts',
  throttled: 'throttled',
  'commit-ambiguous': 'lostAnswers',
  'publish-retries': 'failedPublishes',
};

/** Counts troubles from what the engine and the runtime tell. */
export interface TroubleCounter {
  onEvent(event: EngineEvent): void;
  onCount(name: CounterName, value: number): void;
  /** All so far. */
  total(): Troubles;
  /** Those since the last call. */
  sinceLast(): Troubles;
}

function difference(now: Troubles, before: Troubles): Troubles {
  const names = Object.keys(now) as (keyof Troubles)[];
  return Object.fromEntries(names.map((name) => [name, now[name] - before[name]])) as unknown as Troubles;
}

/** Starts at none. */
export function createTroubleCounter(): TroubleCounter {
  const counts: { -readonly [Name in keyof Troubles]: number } = { ...noTroubles };
  let last: Troubles = noTroubles;
  const seen = new Set<string>();
  const youngest = new Map<string, string>();
  const committedAt = new Map<string, number>();
  return {
    onEvent(event) {
      if (event.kind === 'published') {
        const { id, source, correlationid, time } = event.envelope;
        const before = youngest.get(correlationid) ?? '';
        if (seen.has(`${source} ${id}`)) counts.sentTwice += 1;
        else if (time < before) counts.outOfOrder += 1;
        seen.add(`${source} ${id}`);
        if (time > before) youngest.set(correlationid, time);
      } else if (event.kind === 'committed') committedAt.set(event.service, event.at);
      else if (event.kind === 'timed-out') counts.timeouts += 1;
      else if (event.kind === 'crashed') {
        // The commit of the same instant is its own.
        const service = serviceOf(event.process);
        counts[committedAt.get(service) === event.at ? 'crashesAfterCommit' : 'crashesBeforeCommit'] += 1;
      }
    },
    onCount(name, value) {
      const trouble = counters[name];
      if (trouble) counts[trouble] += value;
    },
    total: () => ({ ...counts }),
    sinceLast() {
      const now = { ...counts };
      const since = difference(now, last);
      last = now;
      return since;
    },
  };
}
