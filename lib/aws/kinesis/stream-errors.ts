import { ChoreographyError } from '../../contract/errors.ts';
import { isCallerFault, sdkErrorName, sdkErrorText } from '../calls/sdk-error.ts';

const badRequest: ReadonlySet<string> = new Set(['InvalidArgumentException', 'ValidationException']);

/** What a read was about. */
export interface ReadSubject {
  readonly stream: string;
  readonly shard?: string;
  /** Whether it went on from a cursor. */
  readonly cursor?: boolean;
}

/**
 * What a call to a stream threw, as an error of ours. A cursor that Kinesis does not know is as good as expired. Missing permission
 * is STREAM_UNAVAILABLE, not retryable.
 */
export function streamError({ stream, shard, cursor = false }: ReadSubject, error: unknown): ChoreographyError {
  const name = sdkErrorName(error);
  const options = { cause: error, details: { stream, name, ...(shard === undefined ? {} : { shard }) } };
  const place = shard === undefined ? `The stream ${stream}` : `Shard ${shard} of the stream ${stream}`;
  if (cursor && (name === 'ExpiredIteratorException' || badRequest.has(name))) {
    const message = `${place} cannot be read on: its cursor is older than five minutes, or is none. Begin again after the last sequence number.`;
    return new ChoreographyError('CURSOR_EXPIRED', message, options);
  }
  if (shard !== undefined && name === 'ResourceNotFoundException') {
    return new ChoreographyError(
      'UNKNOWN_SHARD',
      `${place} is not there, or its records have all expired: list the shards again.`,
      options,
    );
  }
  if (shard !== undefined && badRequest.has(name)) {
    const message = `${place} has no such position: ${sdkErrorText(error)}. Take a sequence number of this shard, or a time that is past.`;
    return new ChoreographyError('INVALID_POSITION', message, options);
  }
  return new ChoreographyError('STREAM_UNAVAILABLE', `${place} cannot be read now: ${sdkErrorText(error)}`, {
    ...options,
    retryable: !isCallerFault(error) || name === 'ExpiredNextTokenException' || name === 'ResourceInUseException',
  });
}
