import type { NextCommand } from '../world/next-command.ts';

/** What goes in. */
export const dataOption = ['--data <json>', 'the data of the message: JSON, or @<file>'] as const;

/** Where it is told what came of it. */
export function nextText(saga: string, next: NextCommand): string {
  return `  next: ${next(`choreo saga show ${saga}`)}\n`;
}
