import { isoOf } from '../access.ts';
import { timeText } from '../time-text.ts';
import type { Standstill } from './standstill.ts';

/** What stands still, and what that means for the consumer's messages. `next`: writes a command that ends it. */
export function standstillText(consumer: string, standstill: Standstill, next: (command: string) => string): string {
  const { kind, generation, since, closedUntil = 0, next: remedy } = standstill;
  const at = timeText(isoOf(since));
  const what = {
    'switch-silent': `the switch of ${consumer} to generation ${generation} seems abandoned since ${at}; its live messages wait, until ${timeText(isoOf(closedUntil))} at the latest`,
    'switch-lapsed': `the switch of ${consumer} to generation ${generation} was not finished by ${at}; the next live message goes into the old one, and cancels the switch`,
    'not-switched': `generation ${generation} of ${consumer} has been filled since ${at}, and nobody has switched to it; redrives of ${consumer} wait for that`,
    'fill-silent': `generation ${generation} of ${consumer} seems abandoned since ${at}, before it was filled; redrives of ${consumer} wait for it`,
  }[kind];
  return `${what}: ${next(remedy)}, or ${next(`choreo generation discard ${consumer} ${generation}`)}`;
}
