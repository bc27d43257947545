import { styleText } from 'node:util';

/** The terminal as a command sees it: data goes to `out`, everything else to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether somebody looks at `out`, or it goes to a file or another program. */
  readonly isScreen: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asks whoever sits there. Absent: nobody does. */
  ask?(question: string): Promise<string>;
  /** Called before Ctrl-C ends the process; the last one that was given counts. */
  onInterrupt?(listener: () => void): void;
}

/** What `--color` may say. */
export const colorChoices = ['auto', 'always', 'never'] as const;

/** Colours and weights that the output uses; meaning never hangs on them alone. */
export type Tone = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Puts a tone on a text, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

/** `auto`: on a screen, unless `NO_COLOR` is set or the terminal is dumb (no-color.org). */
export function wantsColor(choice: (typeof colorChoices)[number], { isScreen, env }: Terminal): boolean {
  if (choice !== 'auto') return choice === 'always';
  return isScreen && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** Paints, or not. */
export function createPaint(on: boolean): Paint {
  return (tone, text) => (on && text !== '' ? styleText(tone, text, { validateStream: false }) : text);
}

/** How a command is to print. */
export interface Output {
  readonly paint: Paint;
  /** In JSON, in one of its two forms. */
  readonly json: boolean;
  /** In JSON, a line for each thing. */
  readonly lines: boolean;
}
