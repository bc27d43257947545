import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ChoreographyError } from '../contract/errors.ts';

/** What differs between the places where a choreography runs. */
export interface Stage {
  /** Dedicated readers of the stream; otherwise all share 5 reads a second of each shard. */
  readonly fanOut: boolean;
  /** Shards of the stream. @default - on demand */
  readonly shards?: number;
  /** A key of the backbone's own; else keys that AWS owns. */
  readonly encryptionKey: boolean;
  readonly alarms: boolean;
  /** A CloudWatch dashboard of all services. */
  readonly dashboard: boolean;
  /** How long it may take until the bridge notices a new subscription. @default - that of `Backbone` */
  readonly forwardRefresh?: Duration;
  /** Whether deploys register schemas in Glue. */
  readonly schemas: boolean;
  readonly logRetention: RetentionDays;
  /** For what holds data, logs among it. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * All stages, in one table. `local` leaves out what an emulator lacks or ignores: dedicated readers, streams on demand,
 * encryption. `dev` is cheap, and leaves nothing behind when it is deleted.
 */
export const stages = {
  local: {
    fanOut: false,
    shards: 2,
    encryptionKey: false,
    alarms: false,
    dashboard: false,
    forwardRefresh: Duration.seconds(2),
    schemas: true,
    logRetention: RetentionDays.ONE_DAY,
    removalPolicy: RemovalPolicy.DESTROY,
  },
  dev: {
    fanOut: false,
    shards: 1,
    encryptionKey: true,
    alarms: false,
    dashboard: false,
    schemas: true,
    logRetention: RetentionDays.ONE_WEEK,
    removalPolicy: RemovalPolicy.DESTROY,
  },
  prod: {
    fanOut: true,
    encryptionKey: true,
    alarms: true,
    dashboard: true,
    schemas: true,
    logRetention: RetentionDays.SIX_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN,
  },
} satisfies Readonly<Record<string, Stage>>;

/** The stage of that name, as given by `cdk … -c stage=dev`. @throws STAGE_UNKNOWN */
export function stageNamed(name: string): Stage {
  if (Object.hasOwn(stages, name)) return stages[name as keyof typeof stages];
  throw new ChoreographyError('STAGE_UNKNOWN', `There is no stage "${name}": give -c stage=${Object.keys(stages).join('|')}.`, {
    details: { stage: name },
  });
}
