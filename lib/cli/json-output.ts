/** Version of the JSON that commands print: it only gains fields, or gets a new number. */
const OUTPUT_VERSION = 1;

/** One document for one run of a command. */
export function jsonText(command: string, data: object): string {
  return `${JSON.stringify({ version: OUTPUT_VERSION, command, ...data }, null, 2)}\n`;
}
