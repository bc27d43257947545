import { printableJson } from './text-layout.ts';

/** Version of the JSON that commands print: it only gains fields, or gets a new number. */
const OUTPUT_VERSION = 1;

/** What went wrong in one run of a command, in one line: others may stand before it on standard error. */
export function jsonErrorText(error: object): string {
  return `${printableJson(JSON.stringify({ version: OUTPUT_VERSION, error }))}\n`;
}

/** One document for one run of a command; `oneOfMany`: in one line, as more of them follow. */
export function jsonText(command: string, data: object, oneOfMany = false): string {
  return `${printableJson(JSON.stringify({ version: OUTPUT_VERSION, command, ...data }, null, oneOfMany ? 0 : 2))}\n`;
}
