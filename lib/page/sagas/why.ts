import { waitsForDeadline } from '../../operations/sagas/ahead.ts';
import { isOverdue } from '../../operations/sagas/overdue.ts';
import type { Saga } from '../../operations/sagas/saga.ts';
import { spanText } from '../../operations/time-text.ts';

/** What stands in the way of a saga, in a few words: the first of it. `now`: milliseconds since 1970. */
export function whyText({ messages, steps, deadLetters, parked, expected, awaited }: Saga, now: number): string {
  for (const { service, reaction, deadLetters: letters } of steps) {
    const letter = letters.find(({ state }) => state !== 'closed');
    if (letter) return `${letter.error.code} in ${service} ${letter.phase === 'undo' ? 'undo ' : ''}${reaction}`;
  }
  const [letter] = deadLetters;
  if (letter) return `${letter.error.code} in ${letter.service} on ${letter.message.type}`;
  const waits = steps.find(({ undoRequestedBy }) => undoRequestedBy !== undefined);
  if (waits) return `the end of ${waits.service} ${waits.reaction} is not known`;
  const isAhead = waitsForDeadline(messages);
  const late = expected.find((step) => !step.parked && !isAhead(step));
  const [first] = parked;
  if (first && !(late && isOverdue(Date.parse(late.since), now))) return `${first.type} waits in ${first.service}`;
  if (late) return `${late.service} has not taken ${late.type} for ${spanText(Math.max(0, now - Date.parse(late.since)))}`;
  const open = steps.find(({ state }) => state === 'started');
  if (open) return `${open.service} ${open.reaction} is started`;
  const [answer] = awaited;
  return answer ? `another system has not answered ${answer.type} for ${spanText(Math.max(0, now - Date.parse(answer.since)))}` : '';
}
