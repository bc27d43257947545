import { Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { BRIDGE_REFRESH_SECONDS_MAX } from '../contract/deployment.ts';
import type { BackboneProps } from './backbone/backbone-props.ts';
import { type OptionProblem, refuseOptions } from './misuse.ts';
import type { ChoreographyServiceProps } from './service/choreography-service-props.ts';

/** The least and the most that is taken: of a `Duration`, in seconds. */
type Bounds = readonly [least: number, most: number];

/** What Lambda takes for a mapping. */
export const boundsOfService = {
  batchSize: [1, 10_000],
  batchWindow: [0, 300],
  parallelization: [1, 10],
  maxRecordAge: [60, 604_800],
  retryAttempts: [0, 10_000],
  busConcurrency: [2, 1_000],
  replayConcurrency: [2, 1_000],
} as const satisfies Partial<Record<keyof ChoreographyServiceProps, Bounds>>;

/** Shards: far more than the quota of any account, which AWS knows better. `forwardRefresh`: what the bridge takes. */
export const boundsOfBackbone = { shards: [1, 100_000], forwardRefresh: [1, BRIDGE_REFRESH_SECONDS_MAX] } as const satisfies Partial<
  Record<keyof BackboneProps, Bounds>
>;

/** `undefined`: it was not given, or is known only when the app is deployed. */
function numberOf(value: unknown): number | undefined {
  if (value instanceof Duration) return value.isUnresolved() ? undefined : value.toSeconds({ integral: false });
  return typeof value === 'number' && !Token.isUnresolved(value) ? value : undefined;
}

/** What is wrong with the value of one option, if anything is. */
function problemOf(option: string, value: unknown, [least, most]: Bounds): readonly OptionProblem[] {
  const number = numberOf(value);
  if (number === undefined || (Number.isInteger(number) && number >= least && number <= most)) return [];
  const unit = value instanceof Duration ? ' seconds' : '';
  const text = `\`${option}\` is ${number}${unit}; give a whole number${unit && ' of'}${unit} from ${least} to ${most}.`;
  return [{ option, text }];
}

/**
 * Refuses numbers that AWS or a function would refuse when the stack is deployed, or that the CDK would refuse without naming the construct
 * and the option. @throws OPTION_OUT_OF_BOUNDS
 */
export function refuseOutOfBounds(scope: IConstruct, props: object, bounds: Readonly<Record<string, Bounds>>): void {
  const values = props as Readonly<Record<string, unknown>>;
  const problems = Object.entries(bounds).flatMap(([option, range]) => problemOf(option, values[option], range));
  refuseOptions(scope, 'OPTION_OUT_OF_BOUNDS', problems);
}
