/** One row of `docs/errors.md`. */
export interface ErrorExplanation {
  readonly code: string;
  /** The heading that it is under: where the error comes from. */
  readonly section: string;
  readonly when: string;
  readonly whatToDo: string;
}

const heading = /^## (.+)$/;
const row = /^\| `([A-Z]+(?:_[A-Z]+)*)` \| (.+) \| (.+) \|$/;

/** Reads the tables of `docs/errors.md`, so that the page is the only place where codes are explained. */
export function explanationsIn(page: string): readonly ErrorExplanation[] {
  const explanations: ErrorExplanation[] = [];
  let section = '';
  for (const line of page.split(/\r?\n/)) {
    section = heading.exec(line)?.[1] ?? section;
    const [, code, when, whatToDo] = row.exec(line) ?? [];
    if (code !== undefined && when !== undefined && whatToDo !== undefined) explanations.push({ code, section, when, whatToDo });
  }
  return explanations;
}
