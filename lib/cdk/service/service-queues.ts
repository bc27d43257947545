import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { expectFindings } from '../expected-finding.ts';
import { createDeadLetterQueue, createFifoDeadLetterQueue, createFifoQueue, createQueue, type QueueDefaults } from '../sources/queues.ts';

/** What `ServiceQueues` takes. */
export interface ServiceQueuesProps extends QueueDefaults {
  /** @default - a new queue */
  readonly deadLetterQueue?: IQueue;
  /** Whether the bus feeds the service. */
  readonly onBus: boolean;
  /** Whether rules bring messages of other systems. */
  readonly inboundRules: boolean;
}

/** The queues of one service: for replays, for what AWS gives up on, and for what rules bring. */
export class ServiceQueues extends Construct {
  readonly replay: IQueue;
  readonly deadLetters: IQueue;
  readonly replayDeadLetters: IQueue;
  /** @default - the service reads the stream */
  readonly bus?: IQueue;
  /** @default - no rule brings messages of other systems */
  readonly inbound?: IQueue;

  constructor(scope: Construct, id: string, props: ServiceQueuesProps) {
    super(scope, id);
    const own = props.deadLetterQueue ? undefined : createDeadLetterQueue(this, 'DeadLetters', props);
    this.deadLetters = props.deadLetterQueue ?? (own as IQueue);
    this.replayDeadLetters = createFifoDeadLetterQueue(this, 'ReplayDeadLetters', props);
    this.replay = createFifoQueue(this, 'Replay', props, this.replayDeadLetters);
    if (props.onBus) this.bus = createQueue(this, 'Bus', props, this.deadLetters);
    if (props.inboundRules) this.inbound = createQueue(this, 'Inbound', props, this.deadLetters);
    for (const last of [own, this.replayDeadLetters]) {
      if (last)
        expectFindings(last, 'It is a dead-letter queue itself, and the worker turns what is in it into dead letters of the journal.', [
          'AwsSolutions-SQS3',
          'Serverless-SQSRedrivePolicy',
        ]);
    }
  }
}
