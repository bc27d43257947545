/** Width of a letter on average, in parts of the font's size: a little too wide rather than too narrow. */
const LETTER = 0.53;

/** A text that fits into so many pixels; what is too long loses its end. */
export function fitted(text: string, pixels: number, fontSize: number): string {
  const letters = Math.max(1, Math.floor(pixels / (fontSize * LETTER)));
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}
