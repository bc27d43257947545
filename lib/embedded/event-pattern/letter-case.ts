type Letter = readonly [lower: string, upper: string];

/** How a text compares with others when the case of letters does not count. */
export interface CaselessText {
  equals(value: string): boolean;
  begins(value: string): boolean;
  ends(value: string): boolean;
}

/**
 * Compares letter by letter: each letter of the pattern may stand in the value in lower or in upper case, also where that
 * changes the length (`ß`, `SS`). The rule of aws/event-ruler (EqualsIgnoreCaseParser); lower-casing both sides says yes more often.
 */
export function caselessText(text: string): CaselessText {
  const letters = Array.from({ length: text.length }, (_, index): Letter => {
    const letter = text.charAt(index);
    return [letter.toLowerCase(), letter.toUpperCase()];
  });
  return {
    equals: (value) => endOfStart(letters, value) === value.length,
    begins: (value) => endOfStart(letters, value) >= 0,
    ends: (value) => startsEnd(letters, value),
  };
}

function endOfStart(letters: readonly Letter[], value: string): number {
  let at = 0;
  for (const [lower, upper] of letters) {
    if (value.startsWith(lower, at)) at += lower.length;
    else if (value.startsWith(upper, at)) at += upper.length;
    else return -1;
  }
  return at;
}

function startsEnd(letters: readonly Letter[], value: string): boolean {
  let end = value.length;
  for (const [lower, upper] of letters.toReversed()) {
    if (value.endsWith(lower, end)) end -= lower.length;
    else if (value.endsWith(upper, end)) end -= upper.length;
    else return false;
  }
  return true;
}
