import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { IConstruct } from 'constructs';
import type { BackboneProps } from './backbone/backbone-props.ts';
import { type OptionProblem, refuseOptions } from './misuse.ts';
import type { ChoreographyServiceProps } from './service/choreography-service-props.ts';
import { inboundWays } from './service/inbound-sources.ts';
import { subscribedTypes } from './service/subscriptions.ts';
import type { StreamReading } from './sources/stream-mapping.ts';

/** A list without an entry, such as one that was computed, asks for nothing. */
function isGiven(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

/** What is said of the options that were given and would change nothing. `why`: the rest of the sentence, with what to do. */
function vain(given: object, names: readonly string[], why: string): readonly OptionProblem[] {
  return names
    .filter((name) => isGiven((given as Readonly<Record<string, unknown>>)[name]))
    .map((option) => ({ option, text: `\`${option}\` has no effect, since ${why}.` }));
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
  const readsNone = inboundWays(service).streams.length === 0 && !(onStream && subscribedTypes(service).length > 0);
  const instead = '`parallelization` is the number of concurrent batches of a shard';
  refuseOptions(scope, 'OPTION_WITHOUT_EFFECT', [
    ...(readsNone ? vain(props, ofStream, `${service.name} reads no stream: leave it out`) : []),
    ...(onStream ? vain(props, ['busConcurrency'], `${service.name} reads the stream: leave it out; ${instead}`) : []),
  ]);
}

/** Refuses what would change nothing in a backbone. @throws OPTION_WITHOUT_EFFECT */
export function refuseWithoutEffectOnBackbone(scope: IConstruct, props: BackboneProps): void {
  const { stream, bus } = props;
  const check = (applies: unknown, names: readonly (keyof BackboneProps)[], why: string) => (applies ? vain(props, names, why) : []);
  // Without a stream, everybody in the account may publish on the bus anyway.
  const ofStreamed = ['shards', 'retention', 'forward', 'forwardRefresh', 'publishers'] as const;
  refuseOptions(scope, 'OPTION_WITHOUT_EFFECT', [
    ...check(stream === false, ofStreamed, '`stream` is false: leave it out'),
    ...check(stream, ['shards', 'retention'], 'you bring the stream: set it where the stream is made, and leave it out here'),
    ...check(bus && stream !== false, ['publishers'], 'you bring the bus: say in its own policy who may publish, and leave it out here'),
  ]);
}

/** Refuses what a function is always given by its construct. @throws OPTION_WITHOUT_EFFECT */
export function refuseWithoutEffectOnFunction(scope: IConstruct, overrides: Partial<NodejsFunctionProps>): void {
  const names = ['entry', 'handler', 'description'] as const satisfies readonly (keyof NodejsFunctionProps)[];
  const given = Object.fromEntries(names.map((name) => [`functions.${name}`, overrides[name]]));
  refuseOptions(scope, 'OPTION_WITHOUT_EFFECT', vain(given, Object.keys(given), 'the construct sets it itself: leave it out'));
}
