import type { Fact, Prover, Signed } from './goal.ts';
import { sizesOf } from './strings.ts';

/** Positions of an array that are looked at one by one, and one for all behind them. */
const POSITIONS_MAX = 200;

/** What holds of the items at some positions: of all of them, or of at least one. */
interface Stretch {
  readonly from: number;
  /** The first position behind it. */
  readonly to: number;
  readonly item: Signed;
}

interface ArrayFacts {
  readonly every: readonly Stretch[];
  readonly some: readonly Stretch[];
  readonly min: number;
  readonly max: number;
}

function stretchOf({ positive, side, constraint }: Fact): Stretch | undefined {
  switch (constraint.kind) {
    case 'item':
      return { from: constraint.index, to: constraint.index + 1, item: { positive, side, node: constraint.node } };
    case 'items':
      return { from: constraint.from, to: Number.POSITIVE_INFINITY, item: { positive, side, node: constraint.node } };
    case 'contains':
      return { from: 0, to: Number.POSITIVE_INFINITY, item: { positive, side, node: constraint.node } };
    default:
      return undefined;
  }
}

function arrayFacts(facts: readonly Fact[]): ArrayFacts {
  const every: Stretch[] = [];
  const some: Stretch[] = [];
  let { min, max } = sizesOf(facts);
  for (const fact of facts) {
    const stretch = stretchOf(fact);
    const { positive, constraint } = fact;
    if (constraint.kind === 'uniqueItems' && !positive) min = Math.max(min, 2);
    if (stretch === undefined) continue;
    const isSome = positive === (constraint.kind === 'contains');
    if (isSome) min = Math.max(min, stretch.from + 1);
    (isSome ? some : every).push(stretch);
  }
  return { every, some, min, max };
}

function at(every: readonly Stretch[], position: number): readonly Signed[] {
  return every.filter(({ from, to }) => from <= position && position < to).map(({ item }) => item);
}

/** The position from which on all positions are alike. */
export function lastEdge(facts: readonly Fact[]): number {
  const { every, some } = arrayFacts(facts);
  return edgeOf([...every, ...some]);
}

function edgeOf(stretches: readonly Stretch[]): number {
  return Math.max(0, ...stretches.flatMap(({ from, to }) => (to === Number.POSITIVE_INFINITY ? [from] : [from, to])));
}

/** What is known of the item at a position. */
export function itemsAt(facts: readonly Fact[], position: number): readonly Signed[] {
  return at(arrayFacts(facts).every, position);
}

/** Whether no array meets the facts. `left` tells whether none of a few arrays does. */
export function arrayContradicts(
  prover: Prover,
  facts: readonly Fact[],
  left: (values: readonly (readonly unknown[])[]) => boolean,
): boolean {
  const { every, some, min, max } = arrayFacts(facts);
  if (min > max) return true;
  const last = edgeOf([...every, ...some]);
  if (last > POSITIONS_MAX) return false;
  const positions = Array.from({ length: last + 1 }, (_, position) => position);
  const length = positions.find((position) => position >= max || prover.isEmpty(at(every, position))) ?? max;
  if (min > length || (length === 0 && left([[]]))) return true;
  return some.some(({ from, to, item }) =>
    positions
      .filter((position) => position >= from && position < to && position < length)
      .every((position) => prover.isEmpty([...at(every, position), item])),
  );
}
