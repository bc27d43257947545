import { isUtf8 } from 'node:buffer';
import { fieldOf, numberOf, textOf } from '../json-value.ts';
import { type LambdaRecord, withProblems } from './lambda-record.ts';

/** One record of a Kinesis stream, read from a Lambda event. `itemIdentifier` is the sequence number. */
export interface KinesisRecord extends LambdaRecord {
  readonly partitionKey?: string;
  /** Of the shard; compare as BigInt. */
  readonly sequenceNumber?: string;
  readonly shardId?: string;
  /** Of the stream, also when a registered consumer (enhanced fan-out) read it. */
  readonly streamArn?: string;
  /** Seconds since 1970, with fractions. */
  readonly approximateArrivalSeconds?: number;
  /** The bytes as base64, only when they are not UTF-8 text. */
  readonly data?: string;
}

/** Never throws; what is missing is in `problem`. */
export function readKinesisRecord(record: unknown): KinesisRecord {
  const kinesis = fieldOf(record, 'kinesis');
  // eventID is `<shard id>:<sequence number>`.
  const [shardId, eventSequenceNumber] = textOf(record, 'eventID')?.split(':') ?? [];
  const sequenceNumber = textOf(kinesis, 'sequenceNumber') ?? eventSequenceNumber;
  const data = textOf(kinesis, 'data');
  const body = data === undefined ? undefined : decoded(data);
  return withProblems<KinesisRecord>(
    {
      itemIdentifier: sequenceNumber ?? '',
      body: body ?? '',
      partitionKey: textOf(kinesis, 'partitionKey'),
      sequenceNumber,
      shardId,
      streamArn: textOf(record, 'eventSourceARN')?.replace(/\/consumer\/.*$/, ''),
      approximateArrivalSeconds: numberOf(kinesis, 'approximateArrivalTimestamp'),
      data: body === undefined ? data : undefined,
    },
    [
      sequenceNumber === undefined ? 'the Kinesis record has no sequence number' : undefined,
      data === undefined ? 'the Kinesis record has no data' : undefined,
      data !== undefined && body === undefined ? 'the data of the Kinesis record is not base64 of UTF-8 text' : undefined,
    ],
  );
}

/** `undefined`: not base64, or not of UTF-8 text. */
function decoded(data: string): string | undefined {
  if (data.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(data)) return undefined;
  const bytes = Buffer.from(data, 'base64');
  return isUtf8(bytes) ? bytes.toString() : undefined;
}
