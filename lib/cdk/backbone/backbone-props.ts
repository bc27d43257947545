import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Choreography } from '../../contract/choreography.ts';
import type { StartAt } from '../sources/stream-mapping.ts';

/** What `Backbone` takes. An option that would change nothing is refused as `OPTION_WITHOUT_EFFECT`, unless it says otherwise below. */
export interface BackboneProps {
  readonly choreography: Choreography;
  /** The name by which services find it; two backbones of one choreography in one account need two names. @default - the name of the choreography */
  readonly name?: string;
  /** @default - a new bus, on which only the bridge may publish, or without a stream only this account */
  readonly bus?: IEventBus;
  /** `false`: only a bus, without the cost of Kinesis; order and replay by position are then not available. @default - a new stream */
  readonly stream?: IStream | false;
  /** Shards of the new stream. @default - on demand */
  readonly shards?: number;
  /** How long the new stream keeps events, at least 7 days. @default Duration.days(7) */
  readonly retention?: Duration;
  /** Encrypts stream, tables and queues. `false`: keys that AWS owns. @default - the key of the stream you bring, or a new key with rotation */
  readonly encryptionKey?: IKey | false;
  /** Name of an existing Glue registry. @default - a new one with the backbone's name */
  readonly registryName?: string;
  /** ARNs of roles, besides the bridge, that may publish on the new bus; without a stream, what the policies of this account allow decides. @default - none */
  readonly publishers?: readonly string[];
  /** Event types that the bridge always forwards, for rules that are not a service's; `['*']` for an archive. @default - what services subscribe to */
  readonly forward?: readonly string[];
  /** How long it may take until the bridge notices a new subscription, at most a day. @default Duration.seconds(60) */
  readonly forwardRefresh?: Duration;
  /** Where the bridge starts in a stream. Of no effect without one. @default - 'earliest' in a new stream, 'latest' in one you bring */
  readonly startAt?: StartAt;
  /** Whether the bridge is a dedicated reader of the stream (enhanced fan-out). Of no effect without a stream. @default true */
  readonly fanOut?: boolean;
  /** Passed to the bridge function. Of no effect without a stream. @default - ARM64, Node 24, ESM, 512 MB, 60 s */
  readonly functions?: Partial<NodejsFunctionProps>;
  /**
   * Passed to the operator function, which carries out replays with `--on platform`. `false`: none; services then find the
   * backbone with `{ operator: false }`. @default - with a stream: ARM64, Node 24, ESM, 512 MB, 60 s; without one: none
   */
  readonly operator?: Partial<NodejsFunctionProps> | false;
  /** Of no effect with a `logGroup` in `functions` and `operator`, or where no function is made. @default RetentionDays.SIX_MONTHS */
  readonly logRetention?: RetentionDays;
  /** For what holds data: stream, control table, registry, key, the bridge's dead-letter queue, log groups. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /** @default true */
  readonly alarms?: boolean;
  /** Of no effect with `alarms: false`. @default - alarms without an action */
  readonly alarmActions?: readonly IAlarmAction[];
}
