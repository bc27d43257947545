import { ChoreographyError } from '../../contract/errors.ts';
import { isCallerFault, isThrottling, sdkErrorName, sdkErrorText } from '../calls/sdk-error.ts';
import { NO_TIME_LEFT } from '../calls/within-time.ts';

/** Errors before anything was sent: no connection, no credentials, no time. */
const unsent: ReadonlySet<string> = new Set([NO_TIME_LEFT, 'CredentialsProviderError', 'ECONNREFUSED', 'ENOTFOUND']);
/** An earlier attempt with the same token is still on its way. */
const IN_PROGRESS = 'TransactionInProgressException';

function wasNeverSent(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return unsent.has(sdkErrorName(error)) || (typeof code === 'string' && unsent.has(code));
}

/** Whether the attempt that threw this has certainly changed nothing. A timeout, a lost connection or a 500 tells nothing. */
export function wasNeverWritten(error: unknown): boolean {
  if (sdkErrorName(error) === IN_PROGRESS) return false;
  return isThrottling(error) || isCallerFault(error) || wasNeverSent(error);
}

/**
 * What a failed call to the table means for the caller. Unknown whether it was written: `COMMIT_AMBIGUOUS`; certainly not:
 * `STORE_THROTTLED` or `STORE_UNAVAILABLE`. All are retryable: also a missing permission or table is no message's fault.
 */
export function storeError({ error, mayBeWritten }: { readonly error: unknown; readonly mayBeWritten: boolean }): ChoreographyError {
  const options = { cause: error, retryable: true };
  const text = sdkErrorText(error);
  if (mayBeWritten) {
    return new ChoreographyError('COMMIT_AMBIGUOUS', `The commit got no answer (${text}); repeat it to learn its outcome.`, options);
  }
  if (isThrottling(error)) {
    return new ChoreographyError('STORE_THROTTLED', `The table takes no more calls now (${text}); try again.`, options);
  }
  const remedy = isCallerFault(error) ? 'check the table, its keys and the permissions of the function' : 'try again';
  return new ChoreographyError('STORE_UNAVAILABLE', `The table does not answer as it should (${text}); ${remedy}.`, options);
}
