import type { UnitOutcome } from '../ports/store.ts';
import { type Claim, wasCommittedBy } from './claim.ts';
import type { FoldedWrite } from './fold.ts';
import type { Unit } from './unit.ts';

/** A write whose condition did not hold, and for a claim what is stored instead. */
export interface FailedWrite {
  readonly folded: FoldedWrite;
  readonly existing?: Claim | undefined;
}

/** A claim failure replaces all else; of two, the one that proves that the unit is in already. */
function claimed(before: UnitOutcome, existing: Claim | undefined, unit: Unit): UnitOutcome {
  if (before.status === 'claimed' && !(existing && wasCommittedBy(existing, unit.id))) return before;
  return existing ? { status: 'claimed', existing } : { status: 'claimed' };
}

/**
 * Who is to blame when a commit was not written. The first unit that touches the failed item saw what is stored, so the
 * failure is its own. Later ones saw the first one's value and are stale: `conflict`, except that a unit which is in
 * already (its commit is in the stored claim) is `claimed`, as the repeat of an ambiguous commit needs it.
 */
export function cancelledOutcomes(units: readonly Unit[], failed: readonly FailedWrite[]): readonly UnitOutcome[] {
  const outcomes: UnitOutcome[] = units.map(() => ({ status: 'cancelled' }));
  for (const { folded, existing } of failed) {
    folded.units.forEach((position, place) => {
      const unit = units[position] as Unit;
      const before = outcomes[position] as UnitOutcome;
      const own = place === 0 || (existing !== undefined && wasCommittedBy(existing, unit.id));
      if (folded.write.kind === 'claim' && own) outcomes[position] = claimed(before, existing, unit);
      else if (before.status === 'cancelled') outcomes[position] = { status: 'conflict' };
    });
  }
  return outcomes;
}
