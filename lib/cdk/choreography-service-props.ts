import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { AnyService } from '../contract/service.ts';
import type { Settings } from '../contract/settings.ts';
import type { IBackbone } from './found-backbone.ts';
import type { BroughtSources } from './inbound-sources.ts';
import type { StartAt, StreamReading } from './stream-mapping.ts';

/** What `ChoreographyService` takes. Options on how to read the stream apply to a service on the stream and to inbound streams. */
export interface ChoreographyServiceProps extends StreamReading, BroughtSources {
  readonly backbone: IBackbone;
  readonly service: AnyService;
  /**
   * The file that exports the `worker` and `command` of `createHandlers(…)`. It is bundled as by `bundleHandlers`, unless
   * `functions` has `code` or `bundling`.
   */
  readonly entry: string;
  /**
   * Where a new service starts: `'earliest'` takes everything that the stream still has, `'latest'` starts with the deploy.
   * Required for a service that reads a stream; do not change it later. @default - none: a service on the bus starts with its rules
   */
  readonly startAt?: StartAt;
  /** Passed to both functions: memory, timeout, environment, vpc, layers, bundling … @default - ARM64, Node 24, ESM, 512 MB, 60 s */
  readonly functions?: Partial<NodejsFunctionProps>;
  /** Tables named in `defineEntity(…, { table })`, by that name. @default - none */
  readonly tables?: Readonly<Record<string, ITable>>;
  /** The journal; it needs the keys, the index and the expiry of `journalTable`. @default - a new table */
  readonly table?: ITable;
  /** Standard queue for what AWS gives up on; the worker drains it, so use it for this service only. @default - a new queue */
  readonly deadLetterQueue?: IQueue;
  /** `iam`: a function URL that takes signed requests. `none`: no URL; commands come through your own API. @default 'iam' */
  readonly commandAccess?: 'iam' | 'none';
  /** Concurrent batches of the bus queue, 2 to 1,000. @default - the limit of the account */
  readonly busConcurrency?: number;
  /** Concurrent batches of the replay queue, 2 to 1,000: the share that replays take from live traffic. @default 2 */
  readonly replayConcurrency?: number;
  /** Directory of schemas, from which those that the service publishes and owns are registered. @default - none is registered */
  readonly schemas?: string;
  /** Published events whose schemas another service registers, since only one service may register each. @default [] */
  readonly schemasElsewhere?: readonly string[];
  /** Settings of the runtime that differ from its defaults. @default {} */
  readonly settings?: Partial<Settings>;
  /** Whether to create alarms. @default true */
  readonly alarms?: boolean;
  /** @default - alarms without an action */
  readonly alarmActions?: readonly IAlarmAction[];
  /** How far the service may be behind before its alarm goes off. @default - the `lagSecondsMax` that the service promises, else 5 minutes */
  readonly maxLag?: Duration;
  /** @default RetentionDays.SIX_MONTHS */
  readonly logRetention?: RetentionDays;
  /** For what holds data: journal, queues and schemas. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}
