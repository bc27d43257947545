/** A bug that somebody could put in: where, and what it would read like. */
export interface SeededBug {
  /** The rule that it breaks. */
  readonly name: string;
  /** The rule stands in the design because a model broke without it. */
  readonly model: boolean;
  /** @default both */
  readonly scenario?: 'shop' | 'random';
  readonly patches: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
}

const bug = (name: string, file: string, find: string, replace: string, more: Partial<SeededBug> = {}): SeededBug => ({ name, model: false, patches: [{ file, find, replace }], ...more });
const rule = (name: string, file: string, find: string, replace: string, more: Partial<SeededBug> = {}): SeededBug => bug(name, file, find, replace, { model: true, ...more });

const claims = 'lib/runtime/tasks/claims.ts';
const decide = 'lib/runtime/tasks/decide.ts';
const perform = 'lib/runtime/tasks/perform.ts';

/** Each must be caught by the simulation within 1,000 sagas. */
export const seededBugs: readonly SeededBug[] = [
  bug('the claim is written without a condition', 'lib/embedded/memory-commit.ts', 'TODO', ''),
];
void [rule, claims, decide, perform];
