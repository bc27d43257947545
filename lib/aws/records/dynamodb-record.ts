import { fieldOf, isRecord, jsonText, numberOf, textOf } from '../json-value.ts';
import { type LambdaRecord, withProblems } from './lambda-record.ts';

/** One change of a table, read from a Lambda event. `itemIdentifier` is the sequence number, `body` the JSON text of the `dynamodb` part. */
export interface DynamodbRecord extends LambdaRecord {
  /** `INSERT`, `MODIFY` or `REMOVE`. */
  readonly eventName?: string;
  /** The key of the item, in DynamoDB's attribute form. */
  readonly keys?: Readonly<Record<string, unknown>>;
  readonly sequenceNumber?: string;
  readonly streamArn?: string;
  /** Seconds since 1970. */
  readonly approximateCreationSeconds?: number;
}

/** Never throws; what is missing is in `problem`. */
export function readDynamodbRecord(record: unknown): DynamodbRecord {
  const change = fieldOf(record, 'dynamodb');
  const sequenceNumber = textOf(change, 'SequenceNumber');
  const body = isRecord(change) ? jsonText(change) : undefined;
  const keys = fieldOf(change, 'Keys');
  return withProblems<DynamodbRecord>(
    {
      itemIdentifier: sequenceNumber ?? '',
      body: body ?? '',
      eventName: textOf(record, 'eventName'),
      keys: isRecord(keys) ? keys : undefined,
      sequenceNumber,
      streamArn: textOf(record, 'eventSourceARN'),
      approximateCreationSeconds: numberOf(change, 'ApproximateCreationDateTime'),
    },
    [
      sequenceNumber === undefined ? 'the DynamoDB record has no sequence number' : undefined,
      body === undefined ? 'the DynamoDB record has no readable `dynamodb` part' : undefined,
    ],
  );
}
