import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ChoreographyError } from '../contract/errors.ts';
import type { BackboneProps } from './backbone/backbone-props.ts';
import type { BackboneLookup } from './backbone/found-backbone.ts';
import type { ChoreographyServiceProps } from './service/choreography-service-props.ts';

/** What differs between the places where a choreography runs: options to spread into the constructs. */
export interface Stage {
  /** Of the `Backbone`. */
  readonly backbone: Partial<BackboneProps>;
  /** Of `Backbone.fromName`. */
  readonly lookup: BackboneLookup;
  /** Of each `ChoreographyService`. */
  readonly service: Partial<ChoreographyServiceProps>;
  /** Whether a `ChoreographyDashboard` is worth its price: it is free for the first three of an account. */
  readonly dashboard: boolean;
}

interface Common {
  /** Dedicated readers of the stream; otherwise all share 5 reads a second of each shard. */
  readonly fanOut: boolean;
  readonly alarms: boolean;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

function stage(common: Common, backbone: Partial<BackboneProps> = {}): Stage {
  const lookup = backbone.encryptionKey === false ? { encryptionKey: false } : {};
  return { backbone: { ...common, ...backbone }, lookup, service: common, dashboard: common.alarms };
}

/**
 * Three stages, in one table. `local` leaves out what an emulator lacks or ignores: dedicated readers, streams on demand,
 * encryption. `dev` is cheap, and leaves nothing behind when it is deleted. `prod` is what the constructs do by themselves.
 */
export const stages = {
  local: stage(
    { fanOut: false, alarms: false, logRetention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY },
    { shards: 2, encryptionKey: false, forwardRefresh: Duration.seconds(2) },
  ),
  dev: stage({ fanOut: false, alarms: false, logRetention: RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY }, { shards: 1 }),
  prod: stage({ fanOut: true, alarms: true, logRetention: RetentionDays.SIX_MONTHS, removalPolicy: RemovalPolicy.RETAIN }),
} satisfies Readonly<Record<string, Stage>>;

/** How an app differs from what the stages are made for. */
export interface StageOptions {
  /** `false`: there is only a bus. The options of a stream are left out, and services look for none. @default - a stream */
  readonly stream?: false;
}

function withoutStream({ backbone: { shards: _shards, forwardRefresh: _refresh, ...backbone }, lookup, ...others }: Stage): Stage {
  return { ...others, backbone: { ...backbone, stream: false }, lookup: { ...lookup, stream: false } };
}

/** The stage of that name, as given by `cdk … -c stage=dev`. @throws STAGE_UNKNOWN */
export function stageNamed(name: string, { stream }: StageOptions = {}): Stage {
  if (Object.hasOwn(stages, name)) {
    const found = stages[name as keyof typeof stages];
    return stream === false ? withoutStream(found) : found;
  }
  throw new ChoreographyError('STAGE_UNKNOWN', `There is no stage "${name}": give -c stage=${Object.keys(stages).join('|')}.`, {
    details: { stage: name },
  });
}
