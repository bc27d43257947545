import type { ErrorRecord } from '../runtime/journal/dead-letter.ts';

/** Things that a message names; the error's `details` have all. */
const NAMED_MAX = 5;

/** The first of several texts, and how many more there are. */
export function named(texts: readonly string[]): string {
  const more = texts.length - NAMED_MAX;
  return [...texts.slice(0, NAMED_MAX), ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

/** A message that waits for its next try. */
export interface ParkedMessage {
  readonly service: string;
  readonly type: string;
  /** By reaction. Empty: no reaction failed; the store or the queue did, or the message waits behind another one. */
  readonly failures: Readonly<Record<string, { readonly error: ErrorRecord }>>;
}

/** Why a message is parked: a text for each reaction that fails. */
export function parkedTexts({ service, type, failures }: ParkedMessage): readonly string[] {
  const parked = `${service} has parked ${type}`;
  const why = Object.entries(failures).map(
    ([reaction, { error }]) => `${parked}, as ${reaction} fails with ${error.code} (${error.message})`,
  );
  return why.length > 0 ? why : [parked];
}
