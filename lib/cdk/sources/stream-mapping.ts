import { Duration } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { CfnStreamConsumer, type IStream } from 'aws-cdk-lib/aws-kinesis';
import { EventSourceMapping, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { STREAM_BATCH_RECORDS } from '../../contract/limits.ts';

/**
 * Where a new consumer of a stream starts. Later deploys must not change it, since that makes a new mapping. `'latest'` passes
 * over what is published in the minutes that AWS needs to start reading; a date loses nothing.
 */
export type StartAt = 'earliest' | 'latest' | Date;

/** How a stream is read. */
export interface StreamReading {
  /**
   * A dedicated reader (enhanced fan-out): about 70 ms instead of up to a second, and no share of the 5 reads a second of a shard. A
   * stream has 20. Like `startAt`, not to be changed later: another reader starts at `startAt` again. Of no effect where no stream is
   * read. @default true
   */
  readonly fanOut?: boolean;
  /** Records in one batch, 1 to 10,000. @default 100 */
  readonly batchSize?: number;
  /** How long a batch may wait to fill, up to 5 minutes. @default Duration.seconds(0) */
  readonly batchWindow?: Duration;
  /** Concurrent batches of one shard, 1 to 10; the order within a saga is kept. @default 1 */
  readonly parallelization?: number;
  /** Age at which AWS gives up on a record, at most 7 days. A safety net: shorter than the stream's retention, so that the record can still be read. @default Duration.hours(156) */
  readonly maxRecordAge?: Duration;
  /**
   * Retries of one batch, 0 to 10,000, until AWS gives up on it. A safety net for records that end the whole process: the
   * runtime handles what a reaction throws, without using one. A paused consumer uses one each time that a function has waited.
   * @default 1_000
   */
  readonly retryAttempts?: number;
}

/** What `StreamMapping` takes. */
export interface StreamMappingProps extends StreamReading {
  /** The consumer's: part of its name on the stream. */
  readonly name: string;
  readonly stream: IStream;
  readonly target: IFunction;
  readonly startAt: StartAt;
  /** Gets a pointer to what AWS gives up on. */
  readonly onFailure: IQueue;
  /** @default - everything; a record that is not JSON comes only then */
  readonly filters?: readonly { readonly pattern: string }[];
}

/** Invocations for one batch before AWS gives up: far more than the runtime needs, whose own rules come first. */
const RETRY_ATTEMPTS = 1_000;
/** Half a day before the shortest retention ends. */
const RECORD_AGE_HOURS = 156;

/** The age at which AWS gives up on a record. */
export function recordAgeMax({ maxRecordAge = Duration.hours(RECORD_AGE_HOURS) }: StreamReading): Duration {
  return maxRecordAge;
}

const readActions = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
  'kinesis:SubscribeToShard',
];

function startingPosition(startAt: StartAt): { readonly startingPosition: StartingPosition; readonly startingPositionTimestamp?: number } {
  if (startAt === 'earliest') return { startingPosition: StartingPosition.TRIM_HORIZON };
  if (startAt === 'latest') return { startingPosition: StartingPosition.LATEST };
  return { startingPosition: StartingPosition.AT_TIMESTAMP, startingPositionTimestamp: startAt.getTime() / 1_000 };
}

/** Feeds a function from a stream. Every default of AWS that could lose or block records is replaced. */
export class StreamMapping extends Construct {
  constructor(scope: Construct, id: string, props: StreamMappingProps) {
    super(scope, id);
    const { stream, target, startAt, onFailure, fanOut = true, filters } = props;
    const consumer = fanOut ? this.#consumer(props) : undefined;
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target,
      eventSourceArn: consumer?.attrConsumerArn ?? stream.streamArn,
      ...startingPosition(startAt),
      batchSize: props.batchSize ?? STREAM_BATCH_RECORDS,
      maxBatchingWindow: props.batchWindow ?? Duration.seconds(0),
      parallelizationFactor: props.parallelization ?? 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: props.retryAttempts ?? RETRY_ATTEMPTS,
      maxRecordAge: recordAgeMax(props),
      onFailure: { bind: () => ({ destination: onFailure.queueArn }) },
      ...(filters ? { filters: [...filters] } : {}),
    });
    // AWS reads with the function's role while it makes the mapping.
    Grant.addToPrincipal({ grantee: target, actions: readActions, resourceArns: [stream.streamArn] }).applyBefore(mapping);
    Grant.addToPrincipal({ grantee: target, actions: ['sqs:SendMessage'], resourceArns: [onFailure.queueArn] }).applyBefore(mapping);
  }

  #consumer({ stream, target, name }: StreamMappingProps): CfnStreamConsumer {
    // Unique on the stream, whoever else reads it; the same in every deploy, as a new name is a new consumer.
    const consumerName = `${name}-${this.node.addr.slice(-8)}`;
    const consumer = new CfnStreamConsumer(this, 'Consumer', { streamArn: stream.streamArn, consumerName });
    const actions = ['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'];
    Grant.addToPrincipal({ grantee: target, actions, resourceArns: [consumer.attrConsumerArn] });
    return consumer;
  }
}
