import { ChoreographyError } from '../../contract/errors.ts';

/** How calls name a stream. */
export interface StreamTarget {
  readonly StreamName?: string;
  readonly StreamARN?: string;
}

const nameForm = /^[a-zA-Z0-9_.-]{1,128}$/;
const arnForm = /^arn:aws[a-z-]*:kinesis:[^:]+:\d{12}:stream\/[a-zA-Z0-9_.-]{1,128}$/;

/** The fields for a name or an ARN. @throws INVALID_CHANNEL */
export function streamTarget(stream: string): StreamTarget {
  if (arnForm.test(stream)) return { StreamARN: stream };
  if (nameForm.test(stream)) return { StreamName: stream };
  throw new ChoreographyError(
    'INVALID_CHANNEL',
    `"${stream}" is neither the name nor the ARN of a stream: check what the function was given.`,
    {
      details: { stream },
    },
  );
}
