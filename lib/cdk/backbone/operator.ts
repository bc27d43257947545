import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { ArnPrincipal, Grant, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environmentNames, parameterNames } from '../../contract/deployment.ts';
import { addAlarm, addSilenceAlarm } from '../alarm.ts';
import { type FunctionLogs, functionLogs } from '../functions/function-logs.ts';
import { addMinuteTick } from '../functions/minute-tick.ts';
import { grantKeyUse } from '../grants/grant-key.ts';
import { grantUsePlatformDocuments, journalActionsOfOperator } from '../grants/grant-table.ts';
import { platformFunction } from './platform-function.ts';

/** What `Operator` takes. */
export interface OperatorProps extends FunctionLogs {
  /** Name of the backbone. */
  readonly backbone: string;
  readonly controlTable: ITable;
  /** @default - bus only: there is nothing to read by position */
  readonly stream?: IStream;
  /** @default - keys that AWS owns */
  readonly encryptionKey?: IKey;
  /** @default - ARM64, Node 24, ESM, 512 MB, 60 s */
  readonly functions?: Partial<NodejsFunctionProps>;
}

/** The function that works for operators by itself, each minute: it carries out the replays that were given to it. */
export class Operator extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    const { backbone, controlTable, functions } = props;
    this.function = platformFunction(this, 'Handler', {
      file: 'operator',
      description: `Works for operators of ${backbone}, each minute`,
      environment: { [environmentNames.backbone]: backbone, [environmentNames.controlTable]: controlTable.tableName },
      ...(functions ? { functions } : {}),
      ...functionLogs(props),
    }).function;
    this.#grant(props);
    addMinuteTick(this, 'Tick', { target: this.function, task: 'tick', description: `Tick of the operator function of ${backbone}` });
  }

  /** One rings at each tick that failed: a replay that an error pauses fails one tick and is silent from then on. Another rings when none come. */
  addAlarms(backbone: string, actions: readonly IAlarmAction[]): void {
    addAlarm(this, 'ErrorAlarm', {
      metric: this.function.metricErrors({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 1,
      description: `The operator function of ${backbone} failed: a replay on the platform may stand still (choreo replay list), or sagas that wait are not counted. Its log says which job, and why.`,
      actions,
    });
    addSilenceAlarm(this, 'SilenceAlarm', {
      metric: this.function.metricInvocations({ period: Duration.minutes(5), statistic: 'Sum' }),
      what: `The operator function of ${backbone} has not run`,
      so: 'replays on the platform stand still, and sagas that wait are not counted',
      actions,
    });
  }

  /** Journals and replay queues are not here: each service lets it in itself, as services come and go (`letOperatorIn`). */
  #grant({ backbone, controlTable, stream, encryptionKey }: OperatorProps): void {
    const grantee = this.function;
    const parameter = (path: string) =>
      Stack.of(this).formatArn({
        service: 'ssm',
        resource: 'parameter',
        resourceName: path.slice(1),
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      });
    Grant.addToPrincipal({ grantee, actions: ['ssm:GetParameter'], resourceArns: [parameter(parameterNames.backbone(backbone))] });
    Grant.addToPrincipal({
      grantee,
      actions: ['ssm:GetParametersByPath'],
      resourceArns: [parameter(parameterNames.services(backbone)), parameter(parameterNames.manifests(backbone))],
    });
    grantUsePlatformDocuments(controlTable, grantee);
    if (stream) {
      const actions = ['kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'];
      Grant.addToPrincipal({ grantee, actions, resourceArns: [stream.streamArn] });
    }
    grantKeyUse(encryptionKey, grantee, ['dynamodb', 'kinesis', 'sqs']);
  }
}

/** The parts of a service that the operator function works on. */
export interface OperatedParts {
  readonly replayQueue: IQueue;
  /** @default - a table that was brought, whose policies stay its owner's */
  readonly journal?: Table;
}

/**
 * Lets the operator function of the backbone into what a service has: its journal and its replay queue say so themselves. A
 * policy on the function's own role would grow with each service, and a role has 10,240 characters.
 */
export function letOperatorIn(roleArn: string, { journal, replayQueue }: OperatedParts): void {
  const same = { sid: 'OperatorFunction', principals: [new ArnPrincipal(roleArn)] };
  const queueActions = ['sqs:GetQueueAttributes', 'sqs:SendMessage'];
  replayQueue.addToResourcePolicy(new PolicyStatement({ ...same, actions: queueActions, resources: [replayQueue.queueArn] }));
  // `*` in the policy of a table is that table: it cannot name itself before it is there.
  journal?.addToResourcePolicy(new PolicyStatement({ ...same, actions: [...journalActionsOfOperator], resources: ['*'] }));
}
