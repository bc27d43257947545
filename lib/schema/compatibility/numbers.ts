import type { Fact } from './goal.ts';
import type { Limit } from './node.ts';

/** Numbers that are tried one by one where the facts leave so few. */
const TRIED_MAX = 200;
/** Divisors that are fractions of a power of two up to this one are exact in floating point. */
const EXACT_FRACTION = 2 ** 20;

interface Interval {
  readonly min: Limit;
  readonly max: Limit;
}

const everything: Interval = {
  min: { kind: 'limit', of: 'number', side: 'min', limit: Number.NEGATIVE_INFINITY, exclusive: false },
  max: { kind: 'limit', of: 'number', side: 'max', limit: Number.POSITIVE_INFINITY, exclusive: false },
};

/** A limit as a fact, or the one that holds where the fact is that it does not. */
function effective({ positive, constraint }: Fact): Limit | undefined {
  if (constraint.kind !== 'limit') return undefined;
  if (positive) return constraint;
  return { ...constraint, side: constraint.side === 'min' ? 'max' : 'min', exclusive: !constraint.exclusive };
}

function isTighter(limit: Limit, than: Limit): boolean {
  if (limit.limit === than.limit) return limit.exclusive && !than.exclusive;
  return limit.side === 'min' ? limit.limit > than.limit : limit.limit < than.limit;
}

function intervalOf(facts: readonly Fact[]): Interval {
  let { min, max } = everything;
  for (const fact of facts) {
    const limit = effective(fact);
    if (limit?.side === 'min' && isTighter(limit, min)) min = limit;
    if (limit?.side === 'max' && isTighter(limit, max)) max = limit;
  }
  return { min, max };
}

/**
 * Whether every multiple of `divisor` is one of `of`, also for validators, which divide in floating point: 0.3 is a
 * multiple of 0.3 and, divided, none of 0.1. Beyond 2^53 whole numbers are not exact themselves.
 */
function dividesMultiples(of: number, divisor: number): boolean {
  if (of === divisor) return true;
  const exact = [of, divisor].every((value) => Number.isInteger(value * EXACT_FRACTION) && Number.isSafeInteger(value * EXACT_FRACTION));
  return exact && Number.isInteger(divisor / of);
}

/** The steps in which a number goes: divisors, and 1 for whole numbers. */
function stepsOf(facts: readonly Fact[], positive: boolean): readonly number[] {
  return facts.flatMap(({ positive: sign, constraint }) => {
    if (sign !== positive) return [];
    if (constraint.kind === 'multipleOf') return [constraint.divisor];
    return constraint.kind === 'type' ? [1] : [];
  });
}

/** The multiples of `step` within the interval, when they are few and exact. */
function multiples({ min, max }: Interval, step: number): readonly number[] | undefined {
  if (!dividesMultiples(step, step * 2) || !Number.isInteger(step * EXACT_FRACTION)) return undefined;
  const [from, to] = [Math.ceil(min.limit / step), Math.floor(max.limit / step)];
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to - from >= TRIED_MAX) return undefined;
  const all = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => (from + index) * step);
  return all.every((value) => Number.isSafeInteger(value * EXACT_FRACTION)) ? all : undefined;
}

/** Whether no number meets the facts. `left` tells whether none of a few numbers does. */
export function numberContradicts(facts: readonly Fact[], left: (values: readonly number[]) => boolean): boolean {
  const interval = intervalOf(facts);
  const { min, max } = interval;
  if (min.limit > max.limit) return true;
  if (min.limit === max.limit) return min.exclusive || max.exclusive || left([min.limit]);
  const steps = stepsOf(facts, true);
  const missed = stepsOf(facts, false);
  if (missed.some((of) => steps.some((divisor) => dividesMultiples(of, divisor)))) return true;
  return steps.some((step) => {
    const few = multiples(interval, step);
    return few !== undefined && left(few);
  });
}
