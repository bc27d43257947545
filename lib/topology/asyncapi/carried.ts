import { compareTexts } from '../../contract/compare-texts.ts';

const forms = ['event', 'command', 'answer', 'refusal', 'foreign'] as const;

/** A message in the form in which a channel carries it. */
export interface Carried {
  /** `foreign`: what an inbound reads as this event; `answer`, `refusal`: what a caller gets back for this command. */
  readonly form: (typeof forms)[number];
  readonly type: string;
  readonly version: number;
}

const suffixes = { event: '', command: '', answer: 'Answer', refusal: 'Refusal', foreign: 'Inbound' } as const;

/**
 * Its key in the document: `OrderPlacedV2`, a name that generators of code can take. The version is part of it: a new
 * version is a new message, and the keys of the others stay.
 */
export function keyOf({ form, type, version }: Carried): string {
  return `${type}V${version}${suffixes[form]}`;
}

/** Each message once, by type and version. */
export function inOrder(messages: readonly Carried[]): readonly Carried[] {
  const byKey = new Map(messages.map((message) => [keyOf(message), message]));
  return [...byKey.values()].sort(
    (left, right) =>
      compareTexts(left.type, right.type) || left.version - right.version || forms.indexOf(left.form) - forms.indexOf(right.form),
  );
}
