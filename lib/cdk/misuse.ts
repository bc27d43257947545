import type { IConstruct } from 'constructs';
import { ChoreographyError } from '../contract/errors.ts';

/** The error for a construct that is used wrongly: it names the construct and says what to do. */
export function misuse(
  scope: IConstruct,
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): ChoreographyError {
  return new ChoreographyError(code, `${scope.node.path}: ${message}`, { details: { construct: scope.node.path, ...details } });
}

/** What is wrong with one option of a construct, in a sentence with what to do. */
export interface OptionProblem {
  readonly option: string;
  readonly text: string;
}

/** Refuses the options of a construct that have a problem, all of them at once. @throws with that code */
export function refuseOptions(scope: IConstruct, code: string, problems: readonly OptionProblem[]): void {
  if (problems.length === 0) return;
  throw misuse(scope, code, problems.map(({ text }) => text).join(' '), { options: problems.map(({ option }) => option) });
}
