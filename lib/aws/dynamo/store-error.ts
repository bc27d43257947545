import { ChoreographyError } from '../../contract/errors.ts';
import { isCallerFault, isThrottling, sdkErrorName, sdkErrorText } from '../sdk-error.ts';

/** Errors before anything was sent: no connection, no credentials. */
const unsent: ReadonlySet<string> = new Set(['CredentialsProviderError', 'ECONNREFUSED', 'ENOTFOUND']);

function wasNeverSent(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return unsent.has(sdkErrorName(error)) || (typeof code === 'string' && unsent.has(code));
}

/**
 * What a failed call to the table means for the caller. Nothing was written: `STORE_THROTTLED` or `STORE_UNAVAILABLE`;
 * unknown whether it was: `COMMIT_AMBIGUOUS`. All are retryable but the refusal of a call that is wrong by itself.
 */
export function storeError(error: unknown, writing: boolean): ChoreographyError {
  const cause = { cause: error };
  if (isThrottling(error)) {
    return new ChoreographyError('STORE_THROTTLED', `The table takes no more calls now (${sdkErrorText(error)}); try again.`, {
      ...cause,
      retryable: true,
    });
  }
  const refused = isCallerFault(error);
  if (writing && !refused && !wasNeverSent(error)) {
    return new ChoreographyError('COMMIT_AMBIGUOUS', `The commit got no answer (${sdkErrorText(error)}); repeat it to learn its outcome.`, {
      ...cause,
      retryable: true,
    });
  }
  const remedy = refused ? 'check the table, its keys and the permissions of the function' : 'try again';
  return new ChoreographyError('STORE_UNAVAILABLE', `The table does not answer (${sdkErrorText(error)}); ${remedy}.`, {
    ...cause,
    retryable: true,
  });
}
