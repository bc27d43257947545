import { ChoreographyError } from '../../contract/errors.ts';
import { sdkErrorName, sdkErrorText } from '../calls/sdk-error.ts';

/**
 * What a call to a queue threw, as QUEUE_UNAVAILABLE. It is retryable whatever the cause: a missing queue or permission is
 * repaired by somebody, and what waits for the queue must not be given up for it.
 */
export function queueError(action: string, queueUrl: string, error: unknown): ChoreographyError {
  return new ChoreographyError('QUEUE_UNAVAILABLE', `The queue ${queueUrl} did not ${action}: ${sdkErrorText(error)}`, {
    cause: error,
    details: { queueUrl, name: sdkErrorName(error) },
    retryable: true,
  });
}
