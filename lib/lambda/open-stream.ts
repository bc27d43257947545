import { awsClients } from '../aws/calls/clients.ts';
import { systemClock } from '../aws/system-clock.ts';
import { environmentNames } from '../contract/deployment.ts';
import type { StreamSource } from '../runtime/ports/stream-reader.ts';
import { required } from './environment.ts';
import { laterReader } from './ports/later.ts';

/** What `openStream` takes. */
export interface OpenStreamOptions {
  /** Name or ARN. @default - the stream of the function's backbone, as the construct's `attach` sets it */
  readonly stream?: string;
}

/**
 * The events of a backbone, by position, in a team's own function or script: for `loadHistory` of
 * `aws-choreography/operations`. Whoever runs it has to be allowed to read the stream (`backbone.stream?.grantRead`).
 * @throws ENVIRONMENT_MISSING
 */
export function openStream({ stream = required(process.env, environmentNames.stream) }: OpenStreamOptions = {}): StreamSource {
  const open = async () => (await import('./ports/stream-ports.ts')).streamReader(awsClients(), stream);
  return { stream: laterReader(open), clock: systemClock };
}
