import type { ChoreographyError } from '../../contract/errors.ts';
import { notFoundError } from '../failure.ts';
import { suggestion } from '../suggest.ts';

/** That no way through the choreography has a failure; `known`: those that some way has. */
export function unknownFailure(failure: string, known: readonly string[]): ChoreographyError {
  const failures = [...new Set(known)];
  const meant = suggestion(failure, failures);
  return notFoundError(
    `No way through the choreography has the failure ${failure}.`,
    failures.length === 0 ? 'None of its reactions fails, and none is set off by a timer.' : `The failures are ${failures.join(', ')}.`,
    meant === undefined ? 'Leave --failure out to see all.' : `Did you mean ${meant}?`,
  );
}
