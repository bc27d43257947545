import { ArnFormat, Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environmentNames, parameterNames } from '../../contract/deployment.ts';
import { expectFindings } from '../expected-finding.ts';
import { type FunctionLogs, functionLogs } from '../functions/function-logs.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../functions/service-function.ts';
import { grantKeyUse } from '../grants/grant-key.ts';
import { createDeadLetterQueue } from '../sources/queues.ts';
import { type StartAt, StreamMapping, type StreamReading } from '../sources/stream-mapping.ts';
import { platformFunction } from './platform-function.ts';

/** What `Bridge` takes. */
export interface BridgeProps extends StreamReading, FunctionLogs {
  /** Name of the backbone. */
  readonly backbone: string;
  readonly stream: IStream;
  readonly bus: IEventBus;
  readonly startAt: StartAt;
  /** Event types that are always forwarded, `*` for all. @default - those that a service subscribes to */
  readonly types?: readonly string[];
  /** How long a new subscription may go unnoticed. @default Duration.seconds(60) */
  readonly refresh?: Duration;
  /** @default - keys that AWS owns */
  readonly encryptionKey?: IKey;
  /** @default - ARM64, Node 24, ESM, 512 MB, 60 s */
  readonly functions?: Partial<NodejsFunctionProps>;
  /** Also of the dead-letter queue. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The function that puts on the bus what some service subscribes to there. It reads the stream without a filter, so it is
 * the one that sees malformed records: a mapping with a filter drops them silently.
 */
export class Bridge extends Construct {
  readonly function: IFunction;
  /** What the bridge, or AWS for it, gave up on. */
  readonly deadLetterQueue: IQueue;

  constructor(scope: Construct, id: string, props: BridgeProps) {
    super(scope, id);
    const { backbone, stream, bus, encryptionKey, types = [], functions = {} } = props;
    const functionTimeout = functions.timeout ?? Duration.seconds(FUNCTION_TIMEOUT_SECONDS);
    this.deadLetterQueue = createDeadLetterQueue(this, 'DeadLetters', {
      functionTimeout,
      ...(encryptionKey ? { encryptionKey } : {}),
      ...(props.removalPolicy === undefined ? {} : { removalPolicy: props.removalPolicy }),
    });
    const made = platformFunction(this, 'Handler', {
      file: 'bridge',
      description: `Forwards events of ${backbone} from the stream to the bus`,
      environment: {
        [environmentNames.backbone]: backbone,
        [environmentNames.bus]: bus.eventBusName,
        [environmentNames.deadLetterQueue]: this.deadLetterQueue.queueUrl,
        ...(props.refresh ? { [environmentNames.bridgeRefreshSeconds]: String(props.refresh.toSeconds()) } : {}),
        ...(types.length === 0 ? {} : { [environmentNames.bridgeTypes]: types.join(',') }),
      },
      functions,
      ...functionLogs(props),
    });
    this.function = made.function;
    this.#grant(props);
    new StreamMapping(this, 'Stream', {
      ...props,
      name: `${backbone}-bridge`,
      target: made.function,
      onFailure: this.deadLetterQueue,
      stream,
    });
  }

  #grant({ backbone, bus, encryptionKey }: BridgeProps): void {
    const target = this.function;
    const path = parameterNames.subscriptions(backbone);
    const parameters = Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: path.slice(1),
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    Grant.addToPrincipal({ grantee: target, actions: ['events:PutEvents'], resourceArns: [bus.eventBusArn] });
    Grant.addToPrincipal({ grantee: target, actions: ['ssm:GetParametersByPath'], resourceArns: [parameters] });
    Grant.addToPrincipal({ grantee: target, actions: ['sqs:SendMessage'], resourceArns: [this.deadLetterQueue.queueArn] });
    grantKeyUse(encryptionKey, target, ['kinesis', 'sqs']);
    expectFindings(this.deadLetterQueue, 'It is a dead-letter queue itself: an alarm tells of what is in it.', [
      'AwsSolutions-SQS3',
      'Serverless-SQSRedrivePolicy',
    ]);
  }
}
