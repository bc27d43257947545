import { fieldOf, textOf } from '../json-value.ts';
import { type DynamodbRecord, readDynamodbRecord } from './dynamodb-record.ts';
import { type EventbridgeRecord, isEventbridgeEvent, readEventbridgeRecord } from './eventbridge-record.ts';
import { type KinesisRecord, readKinesisRecord } from './kinesis-record.ts';
import { type LambdaRecord, withProblems } from './lambda-record.ts';
import { readSqsRecord, type SqsRecord } from './sqs-record.ts';

/** A Lambda event by where it came from, with its records in the order of the event. */
export type LambdaEvent =
  | { readonly source: 'kinesis'; readonly records: readonly KinesisRecord[] }
  | { readonly source: 'sqs'; readonly records: readonly SqsRecord[] }
  | { readonly source: 'dynamodb'; readonly records: readonly DynamodbRecord[] }
  | { readonly source: 'eventbridge'; readonly records: readonly EventbridgeRecord[] }
  | { readonly source: 'unknown'; readonly records: readonly [] };

/**
 * Tells by its shape what invoked a function and reads the records. Never throws. A record that cannot be read is never
 * left out: it comes with an empty body and a `problem`. An event of another kind is `unknown` without records.
 */
export function recordsFromLambdaEvent(event: unknown): LambdaEvent {
  const records = fieldOf(event, 'Records');
  if (Array.isArray(records)) return fromRecords(records);
  if (isEventbridgeEvent(event)) return { source: 'eventbridge', records: [readEventbridgeRecord(event)] };
  return { source: 'unknown', records: [] };
}

function fromRecords(records: readonly unknown[]): LambdaEvent {
  const known = ['aws:kinesis', 'aws:sqs', 'aws:dynamodb'];
  // The first source that is known decides: one broken record must not hide the others.
  const eventSource = records
    .map((record) => textOf(record, 'eventSource'))
    .find((source) => source !== undefined && known.includes(source));
  const read = <T extends LambdaRecord>(reader: (record: unknown) => T) =>
    records.map((record) => checkSource(reader(record), record, eventSource));
  if (eventSource === 'aws:kinesis') return { source: 'kinesis', records: read(readKinesisRecord) };
  if (eventSource === 'aws:sqs') return { source: 'sqs', records: read(readSqsRecord) };
  if (eventSource === 'aws:dynamodb') return { source: 'dynamodb', records: read(readDynamodbRecord) };
  return { source: 'unknown', records: [] };
}

function checkSource<T extends LambdaRecord>(record: T, raw: unknown, expected: string | undefined): T {
  const source = textOf(raw, 'eventSource');
  if (source === expected) return record;
  return withProblems(record, [record.problem, `the record is from ${source ?? 'no source'}, others of the event from ${expected}`]);
}
