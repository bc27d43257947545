const token = /\/\*[\s\S]*?\*\/|\s+|"(?:[^"\\]|\\.)*"|-?[\p{ID_Continue}$]+|\[\]|\.\.\.|./gu;
const isSilent = (text: string): boolean => text.startsWith('/*') || text.trim() === '';
/** Before these, `[` begins the key of an index signature, and no tuple. */
const beforeMember: ReadonlySet<string> = new Set(['{', ';']);

/** What a `[]` would be about: where its text begins among the tokens, and whether that is an array itself. */
interface Operand {
  readonly at: number;
  readonly isArray: boolean;
}

/**
 * Makes every array and tuple in generated types `readonly`: a list that nobody may change is then data of a message, too. The
 * text is what the generator of types writes: comments, names, literals and brackets.
 */
export function readonlyArrays(code: string): string {
  const out: string[] = [];
  const open: Operand[] = [];
  let operand: Operand | undefined;
  let previous = '';
  const mark = (at: number, text: string) => {
    out[at] = `${text}${out[at]}`;
  };
  for (const [text] of code.matchAll(token)) {
    out.push(text);
    if (isSilent(text)) continue;
    const at = out.length - 1;
    if (text === '[]') {
      if (operand?.isArray) {
        mark(operand.at, '(');
        out[at] = ')[]';
      }
      const begin = operand?.at ?? at; // without an operand it is the tuple of nothing
      mark(begin, 'readonly ');
      operand = { at: begin, isArray: true };
    } else if ('{(['.includes(text)) {
      const isKey = text === '[' && beforeMember.has(previous);
      open.push({ at, isArray: text === '[' && !isKey });
      operand = undefined;
    } else if ('})]'.includes(text)) {
      const whole = open.pop();
      if (whole?.isArray) mark(whole.at, 'readonly ');
      operand = whole;
    } else operand = /^["\p{ID_Continue}$-]/u.test(text) ? { at, isArray: false } : undefined;
    previous = text;
  }
  return out.join('');
}
