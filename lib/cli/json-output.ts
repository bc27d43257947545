import { printableJson } from './text-layout.ts';

/** Version of the JSON that commands print: it only gains fields, or gets a new number. */
const OUTPUT_VERSION = 1;

/** What went wrong in one run of a command, in one line: others may stand before it on standard error. */
export function jsonErrorText(error: object): string {
  return `${printableJson(JSON.stringify({ version: OUTPUT_VERSION, error }))}\n`;
}

/** A field of a document that holds what a command lists. */
export type ListName = 'items' | 'groups' | 'consumers' | 'messages';

/** A line for each thing that is listed, as `item`; then one of what else the document has, if it has anything. No list: the document in one line. */
export function jsonLines(command: string, data: object, list?: ListName): string {
  if (list === undefined) return jsonText(command, data, true);
  const { [list]: items = [], ...rest } = data as Readonly<Partial<Record<ListName, readonly unknown[]>>>;
  const parts: readonly object[] = [...items.map((item) => ({ item })), ...(Object.keys(rest).length > 0 ? [rest] : [])];
  return parts.map((part) => jsonText(command, part, true)).join('');
}

/** One document for one run of a command; `oneOfMany`: in one line, as more of them follow. */
export function jsonText(command: string, data: object, oneOfMany = false): string {
  return `${printableJson(JSON.stringify({ version: OUTPUT_VERSION, command, ...data }, null, oneOfMany ? 0 : 2))}\n`;
}
