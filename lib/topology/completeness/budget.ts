/** Decisions that the proof of one saga may try: a saga of 60 steps in a row needs fewer, and it takes some seconds to spend them. */
export const DECISIONS_MAX = 200_000;

/** Thrown where the budget of a proof is spent, and caught where its answer is "not proved". */
export class BudgetSpent extends Error {}

/** What was found, or something else where the budget was spent before. */
export function withinBudget<Value>(find: () => Value, otherwise: Value): Value {
  try {
    return find();
  } catch (error) {
    if (error instanceof BudgetSpent) return otherwise;
    throw error;
  }
}

/** Takes one decision off. @throws BudgetSpent */
export function spend(budget: { left: number }): void {
  budget.left -= 1;
  if (budget.left < 0) throw new BudgetSpent('the budget of the proof is used up');
}
