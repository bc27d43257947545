import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import type { FoldedWrite } from '../../runtime/journal/fold.ts';
import type { Unit } from '../../runtime/journal/unit.ts';
import { cancelledOutcomes, type FailedWrite } from '../../runtime/journal/unit-outcomes.ts';
import type { UnitOutcome } from '../../runtime/ports/store.ts';
import type { Item } from './attributes.ts';
import { invalidOutcomes, type PlannedRequest } from './plan.ts';
import { liveClaimOf } from './stored-items.ts';

/** What a condition found that did not hold; an expired claim is none. */
export function failedWrite(folded: FoldedWrite, found: Item | undefined, nowMs: number): FailedWrite {
  const isClaim = folded.write.kind === 'claim' && found !== undefined && Object.keys(found).length > 0;
  return { folded, existing: isClaim ? liveClaimOf(found, nowMs) : undefined };
}

/** Units whose items another transaction was writing: nobody knows yet what will be stored. */
export function conflictOutcomes(outcomes: readonly UnitOutcome[], touched: readonly FoldedWrite[]): readonly UnitOutcome[] {
  const hit = new Set(touched.flatMap(({ units }) => units));
  return outcomes.map((outcome, position) => (outcome.status === 'cancelled' && hit.has(position) ? { status: 'conflict' } : outcome));
}

/**
 * What the units of a cancelled transaction learn from the reasons, which are in the order of the requests. `undefined`: no
 * request is to blame, the table was throttled.
 */
export function reasonedOutcomes(
  units: readonly Unit[],
  requests: readonly PlannedRequest[],
  reasons: readonly CancellationReason[],
  nowMs: number,
): readonly UnitOutcome[] | undefined {
  const failed: FailedWrite[] = [];
  const touched: FoldedWrite[] = [];
  const flaws: [FoldedWrite, string][] = [];
  for (const [index, { Code: code = 'None', Item: found, Message: message }] of reasons.entries()) {
    const folded = requests[index]?.folded;
    if (!folded) continue;
    if (code === 'ConditionalCheckFailed') failed.push(failedWrite(folded, found, nowMs));
    else if (code === 'TransactionConflict') touched.push(folded);
    else if (code === 'ValidationError' || code === 'ItemCollectionSizeLimitExceeded') flaws.push([folded, message ?? code]);
  }
  if (flaws.length > 0) return invalidOutcomes(units, flaws);
  if (failed.length + touched.length === 0) return undefined;
  return conflictOutcomes(cancelledOutcomes(units, failed), touched);
}
