import type { DeliveryCounts } from './fact-log.ts';
import type { SagaFact } from './saga-fact.ts';

/** What one reaction did about one message, as a reader sees it. */
export interface TimelineStep {
  readonly afterMilliseconds: number;
  readonly service: string;
  readonly message: string;
  readonly reaction: string;
  /**
   * `undone`: it had been done. `blocked`: undone before it was done, so it will be refused. `refused`: it came after
   * that. `asked`: its outcome is not known yet, and whoever learns it undoes it.
   */
  readonly result: 'done' | 'failed' | 'undone' | 'blocked' | 'refused' | 'asked' | 'dead-lettered';
  readonly emitted: readonly string[];
  /** Tries that failed before. */
  readonly failedTries: number;
  /** How often the message had been handed over by then; more than once after a crash, or when the store refused. */
  readonly deliveries: number;
  /** A crash: `before` this commit, so the message was handed over again; `after` it, so the next copy was refused. */
  readonly crash?: 'before' | 'after';
  readonly code?: string;
}

/** One saga: what happened, in the order it happened, and what was refused because it had happened before. */
export interface SagaTimeline {
  readonly startedAt: number;
  readonly steps: readonly TimelineStep[];
  /** Copies of messages that the journals refused, by service. */
  readonly duplicates: Readonly<Record<string, number>>;
}

/** Steps that compensation made: they are set apart. */
export function isUndo({ result }: TimelineStep): boolean {
  return result === 'undone' || result === 'blocked' || result === 'asked';
}

function resultOf({ outcome, role }: SagaFact): TimelineStep['result'] | undefined {
  if (outcome === 'done' || outcome === 'failed' || outcome === 'undone' || outcome === 'dead-lettered') return outcome;
  if (outcome === 'refused') return 'failed';
  if (outcome === 'requested') return 'asked';
  if (outcome === 'cancelled') return role === 'trigger' ? 'blocked' : 'refused';
  return undefined;
}

function crashOf({ service, messageId, at, unlogged }: SagaFact, counts: DeliveryCounts): TimelineStep['crash'] {
  if (unlogged) return 'after';
  return counts.deliveries(service, messageId, at) > 1 && counts.crashedBetween(service, messageId, at) ? 'before' : undefined;
}

function stepOf(fact: SagaFact, result: TimelineStep['result'], startedAt: number, counts: DeliveryCounts): TimelineStep {
  const { at, service, message, messageId, reaction, emitted, attempts, code } = fact;
  const crash = crashOf(fact, counts);
  return {
    afterMilliseconds: at - startedAt,
    service,
    message,
    reaction,
    result,
    emitted,
    failedTries: attempts,
    deliveries: Math.max(1, counts.deliveries(service, messageId, at)),
    ...(crash === undefined ? {} : { crash }),
    ...(code === undefined ? {} : { code }),
  };
}

/** Puts the facts of one saga in order. Facts of the same time keep theirs. */
export function sagaTimeline(facts: readonly SagaFact[], counts: DeliveryCounts): SagaTimeline {
  const ordered = [...facts].sort((left, right) => left.at - right.at);
  const startedAt = ordered[0]?.at ?? 0;
  const duplicates: Record<string, number> = {};
  const steps: TimelineStep[] = [];
  const refused = new Set<string>();
  const isCopy = ({ outcome, service, messageId }: SagaFact, result: TimelineStep['result'] | undefined): boolean => {
    if (result !== 'refused' || outcome === 'duplicate') return outcome === 'duplicate';
    const known = refused.has(`${service} ${messageId}`);
    refused.add(`${service} ${messageId}`);
    return known;
  };
  for (const fact of ordered) {
    const result = resultOf(fact);
    if (isCopy(fact, result)) duplicates[fact.service] = (duplicates[fact.service] ?? 0) + 1;
    else if (result) steps.push(stepOf(fact, result, startedAt, counts));
  }
  return { startedAt, steps, duplicates };
}
