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
