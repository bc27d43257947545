import { ChoreographyError } from '../../contract/errors.ts';

/**
 * Runs what a team wrote to read messages: it may throw anything, also what the reading itself would throw, and is named.
 * @throws the code
 */
export function runTeamCode<Result>(code: 'INVALID_FOREIGN' | 'UPCAST_FAILED', what: string, type: string, run: () => Result): Result {
  try {
    return run();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ChoreographyError(code, `${what} failed: ${why}`, { cause, details: { type } });
  }
}
