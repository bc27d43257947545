import { type KinesisClient, PutRecordsCommand, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import type { Publisher, PublishOutcome } from '../../runtime/ports/publisher.ts';
import { sdkErrorName } from '../calls/sdk-error.ts';
import { type ChunkChannel, createChunkPublisher } from '../publish-chunks.ts';
import { streamTarget } from './stream-target.ts';

/** What `createKinesisPublisher` takes. */
export interface KinesisPublisherOptions {
  readonly client: Pick<KinesisClient, 'send'>;
  /** Name or ARN. */
  readonly stream: string;
  /** Bytes of one record with its partition key, as the stream is set up. @default 1_048_576 */
  readonly recordBytesMax?: number;
}

const RECORD_BYTES_MAX = 1_048_576;
/** Records of one PutRecords. */
const RECORDS_MAX = 500;
/** Bytes of one PutRecords, keys included: AWS takes 10 MiB, but a shard only 1 MiB a second, and emulators 2 MiB. */
const CALL_BYTES_MAX = 2_097_152;
/** Characters of a partition key. */
const KEY_LENGTH_MAX = 256;
/** What Kinesis throws when a record of the call is not as it must be. */
const malformed: ReadonlySet<string> = new Set(['InvalidArgumentException', 'ValidationException', 'SerializationException']);

const published: PublishOutcome = { status: 'published' };

/**
 * Publishes to a Kinesis stream. `refused` is only what is malformed or too large: a missing stream, a missing permission
 * or a key that cannot be used concern all events, can be repaired, and are answered `retry`. Events of one partition key
 * keep their order only from one call to the next.
 * @throws INVALID_CHANNEL
 */
export function createKinesisPublisher({ client, stream, recordBytesMax = RECORD_BYTES_MAX }: KinesisPublisherOptions): Publisher {
  const target = streamTarget(stream);
  const channel: ChunkChannel<PutRecordsRequestEntry> = {
    entriesMax: RECORDS_MAX,
    bytesMax: CALL_BYTES_MAX,
    entryOf(event) {
      const key = event.partitionkey;
      if (key.length === 0 || key.length > KEY_LENGTH_MAX) {
        const message = `The partition key has ${key.length} characters; the stream takes 1 to ${KEY_LENGTH_MAX}.`;
        return { status: 'refused', code: 'PUBLISH_REFUSED', message };
      }
      const Data = Buffer.from(JSON.stringify(event));
      const bytes = Data.length + Buffer.byteLength(key);
      if (bytes <= recordBytesMax) return { entry: { Data, PartitionKey: key }, bytes };
      const message = `The event has ${bytes} bytes with its partition key; the stream takes at most ${recordBytesMax}.`;
      return { status: 'refused', code: 'MESSAGE_TOO_LARGE', message };
    },
    async send(entries) {
      const { Records = [] } = await client.send(new PutRecordsCommand({ ...target, Records: [...entries] }));
      return Records.map(({ ErrorCode, ErrorMessage = '', SequenceNumber }): PublishOutcome => {
        if (ErrorCode === undefined && SequenceNumber !== undefined) return published;
        return { status: 'retry', reason: `${ErrorCode ?? 'no sequence number'} ${ErrorMessage}`.trim() };
      });
    },
    failureOf: (error) => (malformed.has(sdkErrorName(error)) ? { kind: 'one', code: 'PUBLISH_REFUSED' } : { kind: 'all' }),
  };
  return createChunkPublisher(channel);
}
