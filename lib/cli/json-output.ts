/** Version of the JSON that commands print: it only gains fields, or gets a new number. */
const OUTPUT_VERSION = 1;

/** What `JSON.stringify` leaves as it is, and a terminal obeys: control characters, and those that turn a line around. */
const steering = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** What went wrong in one run of a command, in one line: others may stand before it on standard error. */
export function jsonErrorText(error: object): string {
  return `${JSON.stringify({ version: OUTPUT_VERSION, error })}\n`;
}

/** One document for one run of a command; `oneOfMany`: in one line, as more of them follow. */
export function jsonText(command: string, data: object, oneOfMany = false): string {
  const json = JSON.stringify({ version: OUTPUT_VERSION, command, ...data }, null, oneOfMany ? 0 : 2);
  return `${json.replace(steering, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
