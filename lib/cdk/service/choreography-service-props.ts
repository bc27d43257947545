import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { AnyService } from '../../contract/service.ts';
import type { Settings } from '../../contract/settings.ts';
import type { IBackbone } from '../backbone/found-backbone.ts';
import type { StartAt, StreamReading } from '../sources/stream-mapping.ts';
import type { BroughtSources } from './inbound-sources.ts';

/**
 * What `ChoreographyService` takes. Options on how to read a stream apply to a service on the stream and to inbound streams.
 * An option that would change nothing is refused as `OPTION_WITHOUT_EFFECT`; those that an app may give to all of its services
 * alike say below where they change nothing.
 */
export interface ChoreographyServiceProps extends StreamReading, BroughtSources {
  readonly backbone: IBackbone;
  readonly service: AnyService;
  /**
   * The file that exports the `worker` and `command` of `createHandlers(…)`. It is bundled as by `bundleHandlers`, unless
   * `functions` has `bundling`. With `functions.code` it is not read.
   */
  readonly entry: string;
  /**
   * Where a new service starts: `'earliest'` takes everything that the stream still has, `'latest'` starts with the deploy.
   * Required for a service that reads a stream, and of no effect on others; do not change it later. @default - none: a service on the bus starts with its rules
   */
  readonly startAt?: StartAt;
  /** Passed to both functions: memory, timeout, environment, vpc, layers, bundling …; not what the construct sets itself (`entry`, `handler`, `description`). @default - ARM64, Node 24, ESM, 512 MB, 60 s */
  readonly functions?: Partial<NodejsFunctionProps>;
  /**
   * Tables named in `defineEntity(…, { table })`, by that name. The functions may write to each of them. Which names the code of
   * the reactions uses is not known here: one that is missing is found when it is used (`TABLE_UNMAPPED`), one too many is not.
   * @default - none
   */
  readonly tables?: Readonly<Record<string, ITable>>;
  /** The journal; it needs the keys, the index and the expiry of `journalTable`. @default - a new table */
  readonly table?: ITable;
  /** Standard queue for what AWS gives up on; the worker drains it, so use it for this service only. @default - a new queue */
  readonly deadLetterQueue?: IQueue;
  /** `iam`: a function URL that takes signed requests. `none`: no URL; commands come through your own API. Of no effect on a service without commands. @default 'iam' */
  readonly commandAccess?: 'iam' | 'none';
  /** Concurrent batches of the bus queue of a service on the bus, 2 to 1,000. @default - the limit of the account */
  readonly busConcurrency?: number;
  /** Concurrent batches of the replay queue, 2 to 1,000: the share that replays take from live traffic. @default 2 */
  readonly replayConcurrency?: number;
  /** Directory of schemas, from which those that the service publishes and owns are registered. @default - none is registered */
  readonly schemas?: string;
  /** Published events whose schemas another service registers, since only one service may register each. Of no effect without `schemas`. @default [] */
  readonly schemasElsewhere?: readonly string[];
  /** Settings of the runtime that differ from its defaults. @default {} */
  readonly settings?: Partial<Settings>;
  /** Whether to create alarms. @default true */
  readonly alarms?: boolean;
  /** Of no effect with `alarms: false`. @default - alarms without an action */
  readonly alarmActions?: readonly IAlarmAction[];
  /** How far the service may be behind before its alarm goes off. Of no effect with `alarms: false`. @default - the `lagSecondsMax` that the service promises, else 5 minutes */
  readonly maxLag?: Duration;
  /** Of no effect with `functions.logGroup`. @default RetentionDays.SIX_MONTHS */
  readonly logRetention?: RetentionDays;
  /** For what holds data: journal, queues, schemas and log groups. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}
