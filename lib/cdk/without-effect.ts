import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { IConstruct } from 'constructs';
import type { BackboneProps } from './backbone/backbone-props.ts';
import { misuse } from './misuse.ts';
import type { ChoreographyServiceProps } from './service/choreography-service-props.ts';
import { inboundWays } from './service/inbound-sources.ts';
import { subscribedTypes } from './service/subscriptions.ts';
import type { StreamReading } from './sources/stream-mapping.ts';

/** A list without an entry, such as one that was computed, asks for nothing. */
function isGiven(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

/** Options that were given and would change nothing. `why`: the rest of the sentence, with what to do. @throws OPTION_WITHOUT_EFFECT */
function refuse(scope: IConstruct, given: object, names: readonly string[], why: string): void {
  const name = names.find((one) => isGiven((given as Readonly<Record<string, unknown>>)[one]));
  if (name === undefined) return;
  throw misuse(scope, 'OPTION_WITHOUT_EFFECT', `\`${name}\` has no effect, since ${why}.`, { option: name });
}

/** Tuning of a reader; `fanOut` is not here: an app gives it to all of its services, as it does with `startAt` and `inboundBus`. */
const ofStream = ['batchSize', 'batchWindow', 'parallelization', 'maxRecordAge', 'retryAttempts'] as const satisfies readonly Exclude<
  keyof StreamReading,
  'fanOut'
>[];

/** Refuses what would change nothing in a service. @throws OPTION_WITHOUT_EFFECT */
export function refuseWithoutEffect(scope: IConstruct, props: ChoreographyServiceProps): void {
  const { service } = props;
  const onStream = service.source === 'stream';
  if (inboundWays(service).streams.length === 0 && !(onStream && subscribedTypes(service).length > 0))
    refuse(scope, props, ofStream, `${service.name} reads no stream: leave it out`);
  if (onStream) {
    const instead = '`parallelization` is the number of concurrent batches of a shard';
    refuse(scope, props, ['busConcurrency'], `${service.name} reads the stream: leave it out; ${instead}`);
  }
}

/** Refuses what would change nothing in a backbone. @throws OPTION_WITHOUT_EFFECT */
export function refuseWithoutEffectOnBackbone(scope: IConstruct, props: BackboneProps): void {
  const { stream, bus } = props;
  const check = (names: readonly (keyof BackboneProps)[], why: string) => refuse(scope, props, names, why);
  // Without a stream, everybody in the account may publish on the bus anyway.
  const ofBridge = ['forward', 'forwardRefresh', 'publishers'] as const;
  if (stream === false) check(['shards', 'retention', ...ofBridge], '`stream` is false: leave it out');
  if (stream) check(['shards', 'retention'], 'you bring the stream: set it where the stream is made, and leave it out here');
  if (bus) check(['publishers'], 'you bring the bus: say in its own policy who may publish, and leave it out here');
}

/** Refuses what a function is always given by its construct. @throws OPTION_WITHOUT_EFFECT */
export function refuseWithoutEffectOnFunction(scope: IConstruct, overrides: Partial<NodejsFunctionProps>): void {
  const names = ['entry', 'handler', 'description'] as const satisfies readonly (keyof NodejsFunctionProps)[];
  const given = Object.fromEntries(names.map((name) => [`functions.${name}`, overrides[name]]));
  refuse(scope, given, Object.keys(given), 'the construct sets it itself: leave it out');
}
