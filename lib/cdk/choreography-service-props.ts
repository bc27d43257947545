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

/** What `ChoreographyService` takes. How the stream is read counts for a service on the stream and for inbound streams. */
export interface ChoreographyServiceProps extends StreamReading, BroughtSources {
  readonly backbone: IBackbone;
  readonly service: AnyService;
  /**
   * The file that exports `worker` and `command`, as `createHandlers(…)` makes them. Bundled as `bundleHandlers` does it,
   * unless `functions` has `code` or `bundling`.
   */
  readonly entry: string;
  /**
   * Where a new service begins: `'earliest'` runs all that the stream still has, `'latest'` begins with the deploy. Required
   * for a service that reads a stream, and not to be changed later. @default - none: a service on the bus begins with its rules
   */
  readonly startAt?: StartAt;
  /** Passed to both functions: memory, timeout, environment, vpc, layers, bundling … @default - ARM64, Node 24, ESM, 512 MB, 60 s */
  readonly functions?: Partial<NodejsFunctionProps>;
  /** Tables named in `defineEntity(…, { table })`, by that name. @default - none */
  readonly tables?: Readonly<Record<string, ITable>>;
  /** The journal; it needs the keys, the index and the expiry of `journalTable`. @default - the service's own table */
  readonly table?: ITable;
  /** Standard queue for what AWS gives up on; the worker drains it, so it is this service's alone. @default - a new queue */
  readonly deadLetterQueue?: IQueue;
  /** `iam`: a function URL that takes signed requests. `none`: no URL; commands come through the team's own API. @default 'iam' */
  readonly commandAccess?: 'iam' | 'none';
  /** Batches of the bus queue at once, 2 to 1,000. @default - as many as the account has */
  readonly busConcurrency?: number;
  /** Batches of the replay queue at once, 2 to 1,000: what replays take away from live traffic. @default 2 */
  readonly replayConcurrency?: number;
  /** Directory of schemas to register those that the service publishes and owns. @default - none is registered */
  readonly schemas?: string;
  /** Of what it publishes, events whose schemas another service registers: each is registered by one. @default [] */
  readonly schemasElsewhere?: readonly string[];
  /** Settings of the runtime that differ from its defaults. @default {} */
  readonly settings?: Partial<Settings>;
  /** Whether alarms are made. @default true */
  readonly alarms?: boolean;
  /** @default - alarms without an action */
  readonly alarmActions?: readonly IAlarmAction[];
  /** How far the service may be behind before its alarm rings. @default - what the service promises as `lagSecondsMax`, else 5 minutes */
  readonly maxLag?: Duration;
  /** @default RetentionDays.SIX_MONTHS */
  readonly logRetention?: RetentionDays;
  /** Of what holds data: journal and schemas. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}
