import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { QUEUE_BATCH_MESSAGES } from '../../contract/limits.ts';
import { expectFindings } from '../expected-finding.ts';

/** What `QueueMapping` takes. */
export interface QueueMappingProps {
  readonly queue: IQueue;
  readonly target: IFunction;
  /** Concurrent invocations, 2 to 1,000. @default - the limit of the account */
  readonly maxConcurrency?: number | undefined;
}

/** What a function needs to take messages from a queue. */
export function grantReceive(queue: IQueue, grantee: IGrantable): Grant {
  const actions = ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
  return Grant.addToPrincipal({ grantee, actions, resourceArns: [queue.queueArn] });
}

/** Feeds a function from a queue; only the messages that failed come again. */
export class QueueMapping extends Construct {
  constructor(scope: Construct, id: string, { queue, target, maxConcurrency }: QueueMappingProps) {
    super(scope, id);
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target,
      eventSourceArn: queue.queueArn,
      batchSize: QUEUE_BATCH_MESSAGES,
      reportBatchItemFailures: true,
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    });
    grantReceive(queue, target).applyBefore(mapping);
    expectFindings(mapping, 'Lambda knows no destination for a queue: what fails goes where the redrive policy of the queue says.', [
      'Serverless-LambdaEventSourceMappingDestination',
    ]);
  }
}
