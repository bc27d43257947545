import type { OperatorAccess } from '../operations/access.ts';
import { shellWord } from '../operations/command-line.ts';

/** What a page is about: a world, as an operator's command has it, and how the commands for it are written. */
export interface PageDesk {
  readonly access: OperatorAccess;
  /** Waits for a piece of work; a world in virtual time runs meanwhile. */
  finish<Value>(work: Promise<Value>): Promise<Value>;
  /** Which world it is, for the head of the page: `shop.json`, `backbone orders`. */
  readonly name: string;
  /** What a command line needs to mean this world, e.g. `--run shop.json`; empty: nothing. */
  readonly options: string;
  /** Seconds back from now in which sagas are looked for. */
  readonly lookBackSeconds: number;
  /** Seconds between two looks of a page that is open. @default - its world stands still */
  readonly refreshSeconds?: number;
}

/** A command line for the world of a desk. `command`: as it is typed, e.g. `saga show`; `words`: what it is about, e.g. an id. */
export function commandFor(desk: Pick<PageDesk, 'options'>, command: string, ...words: readonly string[]): string {
  return inWorldOf(desk, ['choreo', command, ...words.map(shellWord)].join(' '));
}

/** A command line that is whole but for its world. */
export function inWorldOf({ options }: Pick<PageDesk, 'options'>, command: string): string {
  return [command, options].filter(Boolean).join(' ');
}
