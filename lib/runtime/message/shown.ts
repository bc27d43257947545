/** Characters of an unusable value that its error shows. */
const SHOWN_CHARACTERS_MAX = 80;

/** What team code returned, for an error; not all of it has a form in JSON. */
export function shown(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? `${value as undefined}`).slice(0, SHOWN_CHARACTERS_MAX);
  } catch {
    return `a ${typeof value}`;
  }
}
