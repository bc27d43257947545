/** A word of a shell, as it is written: an id may come from anywhere, and a line that is pasted must do what it says. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=-][\w./:@%+=~-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
