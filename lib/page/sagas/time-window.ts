import type { PageDesk } from '../desk.ts';

/** The time whose sagas are listed, as the address of the page says it. */
export interface TimeWindow {
  readonly sinceSeconds: number;
  /** Milliseconds since 1970. Absent: now. */
  readonly until?: number;
}

/** How far a reader may look back by a link, in seconds. */
const spans = [900, 3_600, 6 * 3_600, 24 * 3_600, 7 * 24 * 3_600];

/** What the address asks for; what is none, or not given, is as the desk has it. `since`: in seconds, `until`: an ISO time. */
export function windowIn(query: URLSearchParams, { lookBackSeconds, access }: Pick<PageDesk, 'lookBackSeconds' | 'access'>): TimeWindow {
  const since = Number(query.get('since'));
  const until = Date.parse(query.get('until') ?? '');
  const sinceSeconds = Number.isInteger(since) && since > 0 ? Math.min(since, access.retentionSeconds ?? since) : lookBackSeconds;
  return { sinceSeconds, ...(until < access.clock.now() ? { until } : {}) };
}

/** Spans that can be looked back: those that the stream keeps. `retentionSeconds` absent: not known. */
export function spansWithin(retentionSeconds = Number.POSITIVE_INFINITY): readonly number[] {
  return spans.filter((seconds) => seconds <= retentionSeconds);
}

/** The address of the list for another window. */
export function listPath({ sinceSeconds, until }: TimeWindow, subject: string): string {
  const query = new URLSearchParams({
    ...(subject === '' ? {} : { q: subject }),
    since: String(sinceSeconds),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  });
  return `./?${query}`;
}
