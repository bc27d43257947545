import { formats } from './formats.ts';

const ofDraft07 =
  '$comment $id $ref $schema additionalItems additionalProperties allOf anyOf const contains contentEncoding contentMediaType default definitions ' +
  'dependencies deprecated description else enum examples exclusiveMaximum exclusiveMinimum format if items maxItems maxLength maxProperties maximum ' +
  'minItems minLength minProperties minimum multipleOf not oneOf pattern patternProperties properties propertyNames readOnly required then title ' +
  'type uniqueItems writeOnly';

/** Our own keywords that stand at the top of a file only. */
export const topKeywords: ReadonlySet<string> = new Set(['x-kind', 'x-subject', 'x-answer']);
/** Keywords of draft-07 that a schema may use, and ours. */
export const keywords: ReadonlySet<string> = new Set([...ofDraft07.split(' '), ...topKeywords, 'x-sensitive']);
/** Keywords that say something and check nothing; they may stand beside a `$ref`. */
export const annotations: ReadonlySet<string> = new Set(
  '$comment $id $schema default definitions deprecated description examples readOnly title writeOnly x-answer x-kind x-sensitive x-subject'.split(
    ' ',
  ),
);
/** The formats that a schema may use. */
export const formatNames: readonly string[] = Object.keys(formats);
/** The formats that bound the length of their text. */
export const boundedFormats: ReadonlySet<string> = new Set(['date', 'date-time', 'ipv4', 'ipv6', 'time', 'uuid']);

/** Edits between a word and what was meant, at most. */
const EDITS_MAX = 3;

function edits(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, character] of [...left].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const change = (row[column - 1] ?? 0) + (right[column - 1] === character ? 0 : 1);
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The word of `known` that `word` was probably meant to be. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.min(EDITS_MAX, word.length - 1) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= fewest) continue;
    const count = edits(word.toLowerCase(), candidate.toLowerCase());
    if (count < fewest) [best, fewest] = [candidate, count];
  }
  return best;
}
