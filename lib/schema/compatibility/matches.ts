import { patternRisk } from '../pattern-check.ts';

/** Characters of a text that any pattern may be tried on: a pattern that takes long needs more to do so. */
const SHORT_TEXT_MAX = 10;
/** Patterns that match every text; others that do are not recognised. */
const matchesAll = new Set(['', '^', '$', '.*', '^.*', '.*$']);

/** Tries patterns on texts. */
export interface Matcher {
  /** `undefined` when the pattern could take long on that text: it is not tried. */
  matches(source: string, text: string): boolean | undefined;
}

/** Whether the pattern is one of those that match every text. */
export function matchesEveryText(source: string): boolean {
  return matchesAll.has(source);
}

/** A matcher that reads each pattern once. */
export function createMatcher(): Matcher {
  const patterns = new Map<string, { readonly expression: RegExp; risky?: boolean }>();
  return {
    matches(source, text) {
      const known = patterns.get(source) ?? { expression: new RegExp(source, 'u') };
      patterns.set(source, known);
      if (text.length > SHORT_TEXT_MAX) known.risky ??= patternRisk(source) !== undefined;
      return text.length > SHORT_TEXT_MAX && known.risky ? undefined : known.expression.test(text);
    },
  };
}
