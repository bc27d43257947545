import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { DeduplicationScope, FifoThroughputLimit, type IQueue, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { QUEUE_RETENTION_DAYS, RECEIVES_MAX } from '../../contract/limits.ts';
import { keptOnceMade } from '../kept-once-made.ts';

/** A message stays hidden for this many times the function's timeout (AWS's advice), so that no two handle it. */
const VISIBILITY_TIMES = 6;

/** What is the same for all queues of one construct. */
export interface QueueDefaults {
  /** @default - the key that SQS owns */
  readonly encryptionKey?: IKey;
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /** Timeout of the function that takes the messages. */
  readonly functionTimeout: Duration;
}

function base({ encryptionKey, removalPolicy = RemovalPolicy.RETAIN, functionTimeout }: QueueDefaults): QueueProps {
  return {
    retentionPeriod: Duration.days(QUEUE_RETENTION_DAYS),
    visibilityTimeout: Duration.seconds(functionTimeout.toSeconds() * VISIBILITY_TIMES),
    enforceSSL: true,
    ...(encryptionKey
      ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }
      : { encryption: QueueEncryption.SQS_MANAGED }),
    removalPolicy: keptOnceMade(removalPolicy),
  };
}

// High throughput: order and deduplication are per group, which is one saga.
const fifo: QueueProps = {
  fifo: true,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
};

/** A queue whose messages end in another one. */
export function createQueue(scope: Construct, id: string, defaults: QueueDefaults, deadLetters: IQueue): Queue {
  return new Queue(scope, id, { ...base(defaults), deadLetterQueue: { queue: deadLetters, maxReceiveCount: RECEIVES_MAX } });
}

/** The end of the line for what AWS gives up on. */
export function createDeadLetterQueue(scope: Construct, id: string, defaults: QueueDefaults): Queue {
  return new Queue(scope, id, base(defaults));
}

/** A FIFO queue whose messages end in another one. */
export function createFifoQueue(scope: Construct, id: string, defaults: QueueDefaults, deadLetters: IQueue): Queue {
  return new Queue(scope, id, { ...base(defaults), ...fifo, deadLetterQueue: { queue: deadLetters, maxReceiveCount: RECEIVES_MAX } });
}

/** The end of the line behind a FIFO queue. */
export function createFifoDeadLetterQueue(scope: Construct, id: string, defaults: QueueDefaults): Queue {
  return new Queue(scope, id, { ...base(defaults), ...fifo });
}
