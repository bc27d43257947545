import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import type { Answer } from '../command.ts';

/** What the changes print; the message stays where it is, as it may be sensitive. */
export function changedAnswer(
  { id, consumer, state, notes = [] }: DeadLetter,
  what: string,
  { sent, after }: { readonly sent?: string; readonly after?: string } = {},
): Answer {
  const note = notes.at(-1);
  return {
    text: (paint, next) =>
      [
        `${paint('green', '✓')} ${what} ${id} of ${consumer}; it is ${state}\n`,
        ...(sent === undefined ? [] : [`  its service publishes ${sent} within two minutes\n`]),
        ...(after === undefined ? [] : [`  next: ${next(after)}\n`]),
      ].join(''),
    data: { consumer, id, state, ...(note ? { note } : {}) },
  };
}
