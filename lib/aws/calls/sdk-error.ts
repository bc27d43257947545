import { numberOf } from '../json-value.ts';

/** The name of what a call to AWS threw, e.g. `ResourceNotFoundException`; of anything else `Error`. */
export function sdkErrorName(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

/** One line for logs and outcomes: name and message. */
export function sdkErrorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Names by which services say that a call comes too often. */
const throttling: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'ThrottledException',
  'Throttling',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'KMSThrottlingException',
  'KmsThrottled',
  'LimitExceededException',
  'OverLimit',
]);

/** Whether AWS took nothing because of the rate of calls. */
export function isThrottling(error: unknown): boolean {
  return throttling.has(sdkErrorName(error)) || statusOf(error) === 429;
}

/**
 * Whether the fault lies with the caller and not with the service or the way there: a status from 400 to 499 that is no
 * throttling. An error without a status never reached the service, or its answer never came back.
 */
export function isCallerFault(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  return status >= 400 && status < 500 && !isThrottling(error);
}

function statusOf(error: unknown): number | undefined {
  const metadata = error instanceof Error ? (error as { readonly $metadata?: unknown }).$metadata : undefined;
  return numberOf(metadata, 'httpStatusCode');
}
