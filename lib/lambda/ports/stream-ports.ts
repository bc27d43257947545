import { KinesisClient } from '@aws-sdk/client-kinesis';
import type { AwsClients } from '../../aws/calls/clients.ts';
import { createKinesisPublisher } from '../../aws/kinesis/publisher.ts';
import { createKinesisStreamReader } from '../../aws/kinesis/stream-reader.ts';
import type { Publisher } from '../../runtime/ports/publisher.ts';
import type { StreamReader } from '../../runtime/ports/stream-reader.ts';

/** Publishes to a stream. @throws INVALID_CHANNEL */
export function streamPublisher(clients: AwsClients, stream: string): Publisher {
  return createKinesisPublisher({ client: clients.of(KinesisClient), stream });
}

/** Reads a stream by position. @throws INVALID_CHANNEL */
export function streamReader(clients: AwsClients, stream: string): StreamReader {
  return createKinesisStreamReader({ client: clients.of(KinesisClient), stream });
}
