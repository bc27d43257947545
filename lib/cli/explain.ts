import { type ErrorExplanation, explanationsIn } from './error-page.ts';
import { notFoundError } from './failure.ts';
import { suggestion } from './suggest.ts';
import type { Paint } from './terminal.ts';
import { wrap } from './text-layout.ts';

/** What `choreo explain` needs. */
export interface ExplainDeps {
  /** The text of `docs/errors.md`. */
  errorPage(): Promise<string>;
}

/** `choreo explain <CODE>`: what an error code means. Upper and lower case are the same. @throws NOT_FOUND */
export async function explain({ errorPage }: ExplainDeps, code: string): Promise<ErrorExplanation> {
  const all = explanationsIn(await errorPage());
  const wanted = code.toUpperCase().replaceAll('-', '_');
  const found = all.find((explanation) => explanation.code === wanted);
  if (found) return found;
  const meant = suggestion(
    wanted,
    all.map((explanation) => explanation.code),
  );
  throw notFoundError(
    `There is no error code ${code}.`,
    `choreo knows ${all.length} codes, and this is not one of them.`,
    meant === undefined
      ? 'Copy the code as it is written in the log, the dead letter or the message.'
      : `Did you mean choreo explain ${meant}?`,
  );
}

/** The explanation for a reader; code in a sentence keeps its backticks. */
export function explanationText({ code, section, when, whatToDo }: ErrorExplanation, paint: Paint): string {
  const part = (label: string, text: string) => `${paint('dim', label.padEnd(12))}${wrap(text, 88).join(`\n${' '.repeat(12)}`)}`;
  return [paint('bold', code), part('where', section), part('when', when), part('what to do', whatToDo), ''].join('\n');
}
