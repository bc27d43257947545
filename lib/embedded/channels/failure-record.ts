import type { StreamRecord } from './stream.ts';

/** What Lambda's event source mapping writes about records of a stream that it gave up on: a pointer, not the records. */
export interface StreamFailureRecord {
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
    readonly approximateInvokeCount: number;
  };
  readonly responseContext: { readonly statusCode: number; readonly executedVersion: string; readonly functionError: string };
  readonly version: '1.0';
  readonly timestamp: string;
  readonly KinesisBatchInfo: {
    readonly shardId: string;
    readonly startSequenceNumber: string;
    readonly endSequenceNumber: string;
    readonly approximateArrivalOfFirstRecord: string;
    readonly approximateArrivalOfLastRecord: string;
    readonly batchSize: number;
    readonly streamArn: string;
  };
}

/** What a record of a failure is made from. */
export interface StreamFailure {
  readonly id: string;
  readonly consumer: string;
  readonly stream: string;
  readonly shard: string;
  readonly condition: StreamFailureRecord['requestContext']['condition'];
  readonly attempts: number;
  readonly records: readonly [StreamRecord, ...StreamRecord[]];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

const ARN = 'arn:aws:local:local:000000000000';

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The document in the form that AWS uses (validated by LocalStack's snapshots of November 2025). */
export function createFailureRecord({
  id,
  consumer,
  stream,
  shard,
  condition,
  attempts,
  records,
  nowMs,
}: StreamFailure): StreamFailureRecord {
  const [first] = records;
  const last = records.at(-1) ?? first;
  return {
    requestContext: { requestId: id, functionArn: `${ARN}:function:${consumer}`, condition, approximateInvokeCount: attempts },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: iso(nowMs),
    KinesisBatchInfo: {
      shardId: shard,
      startSequenceNumber: first.sequenceNumber,
      endSequenceNumber: last.sequenceNumber,
      approximateArrivalOfFirstRecord: iso(first.arrivedAt),
      approximateArrivalOfLastRecord: iso(last.arrivedAt),
      batchSize: records.length,
      streamArn: `${ARN}:stream/${stream}`,
    },
  };
}
