import { randomUUID } from 'node:crypto';
import type { Unit } from '../../runtime/journal/unit.ts';

/** What makes two sends of the same units the same transaction for DynamoDB: the token, and the time in the conditions. */
export interface Attempt {
  /** `ClientRequestToken`: at most 36 characters (AWS). */
  readonly token: string;
  readonly nowMs: number;
  /** An attempt before this one may have been carried out. */
  readonly isRepeat: boolean;
}

/**
 * The attempts of commits whose outcome is unknown. A repeat of the same units is the same transaction again, so that
 * DynamoDB answers for the first one (for ten minutes; later the conditions answer). Units whose outcome is known make a
 * new transaction: the caller wants to learn what is stored now.
 */
export interface Attempts {
  of(units: readonly Unit[], nowMs: number): Attempt;
  /** Nobody knows whether it was carried out. */
  keep(units: readonly Unit[], attempt: Attempt): void;
}

function areSame(units: readonly Unit[], others: readonly Unit[]): boolean {
  return units.length === others.length && units.every((unit, position) => unit === others[position]);
}

/** Remembers attempts for as long as the caller holds their units. */
export function createAttempts(): Attempts {
  const kept = new WeakMap<Unit, { readonly units: readonly Unit[]; readonly attempt: Attempt }>();
  return {
    of(units, nowMs) {
      const [first] = units;
      const before = first && kept.get(first);
      if (first && before) kept.delete(first);
      if (before && areSame(before.units, units)) return { ...before.attempt, isRepeat: true };
      return { token: randomUUID(), nowMs, isRepeat: false };
    },
    keep(units, attempt) {
      const [first] = units;
      if (first) kept.set(first, { units: [...units], attempt });
    },
  };
}
