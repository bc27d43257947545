/** Changes of one letter that a typing mistake may have. */
const EDITS_MAX = 3;

/** Letters to add, remove, replace or swap with their neighbour (Damerau, restricted) to make `to` of `from`. */
function edits(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 1; at <= from.length; at += 1) {
    const next = [at];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[at - 1] === to[column - 1];
      const swapped = at > 1 && column > 1 && from[at - 1] === to[column - 2] && from[at - 2] === to[column - 1];
      next.push(
        Math.min(
          (row[column] as number) + 1,
          (next[column - 1] as number) + 1,
          (row[column - 1] as number) + (same ? 0 : 1),
          ...(swapped ? [(before[column - 2] as number) + 1] : []),
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row[to.length] as number;
}

/** The name that was probably meant, if one is near enough. */
export function suggestion(typed: string, names: readonly string[]): string | undefined {
  const near = names.map((name) => ({ name, distance: edits(typed.toLowerCase(), name.toLowerCase()) }));
  const [best] = near.sort((left, right) => left.distance - right.distance);
  return best && best.distance <= EDITS_MAX && best.distance < best.name.length / 2 ? best.name : undefined;
}
