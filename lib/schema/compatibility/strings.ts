import { formatLengths } from '../format-lengths.ts';
import type { Fact } from './goal.ts';
import { matchesEveryText } from './matches.ts';

/** The least and the most that a size can be, of the limits among the facts. */
export function sizesOf(facts: readonly Fact[]): { readonly min: number; readonly max: number } {
  let [min, max] = [0, Number.POSITIVE_INFINITY];
  for (const { positive, constraint } of facts) {
    if (constraint.kind !== 'limit') continue;
    const { side, limit } = constraint;
    if (side === 'min' && positive) min = Math.max(min, Math.ceil(limit));
    if (side === 'min' && !positive) max = Math.min(max, Math.ceil(limit) - 1);
    if (side === 'max' && positive) max = Math.min(max, Math.floor(limit));
    if (side === 'max' && !positive) min = Math.max(min, Math.floor(limit) + 1);
  }
  return { min, max };
}

/** The same for a text: a format that it has says something of its length, too. */
function lengthsOf(facts: readonly Fact[]): { readonly min: number; readonly max: number } {
  let { min, max } = sizesOf(facts);
  for (const { positive, constraint } of facts) {
    const [least, most] = (positive && constraint.kind === 'format' && formatLengths.get(constraint.name)) || [0, Number.POSITIVE_INFINITY];
    [min, max] = [Math.max(min, least), Math.min(max, most)];
  }
  return { min, max };
}

/**
 * Whether no text meets the facts. Of a format only the length is looked at, and patterns are not looked into: a pattern that is met and not met was found
 * by its name. `left` tells whether none of a few texts meets them.
 */
export function stringContradicts(facts: readonly Fact[], left: (values: readonly string[]) => boolean): boolean {
  const { min, max } = lengthsOf(facts);
  if (min > max || (max === 0 && left(['']))) return true;
  return facts.some(({ positive, constraint }) => !positive && constraint.kind === 'pattern' && matchesEveryText(constraint.source));
}
