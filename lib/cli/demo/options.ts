import type { Faults } from '../../embedded/faults.ts';
import { usageError } from '../failure.ts';
import { suggestion } from '../suggest.ts';
import type { TroubleLeft } from './leave.ts';
import type { Sample } from './sample.ts';

/** How much goes wrong by chance. */
export const faultLevels = ['none', 'some', 'many'] as const;

/** One of `faultLevels`. */
export type FaultLevel = (typeof faultLevels)[number];

/** What `choreo demo` was asked for. */
export interface DemoOptions {
  /** @default 24 */
  readonly orders: number;
  /** The same seed gives the same run. @default 1 */
  readonly seed: number;
  /** @default 'some' */
  readonly faults: FaultLevel;
  /** The service that says no to every order, or is down for all of them. */
  readonly fail?: string;
  /** Percent of all events that get onto the stream a second time. @default - what `faults` says */
  readonly duplicate?: number;
  /** The trouble that is left behind. */
  readonly leave?: TroubleLeft;
}

/** The largest seed. */
export const SEED_MAX = 2 ** 32 - 1;

/** Orders of one demo, at most. */
export const ORDERS_MAX = 1_000;

const rates: Readonly<Record<FaultLevel, Faults>> = {
  none: {},
  some: {
    duplicate: 0.1,
    reorder: 0.05,
    delay: 0.05,
    crashBeforeCommit: 0.02,
    crashAfterCommit: 0.02,
    throttle: 0.01,
    conflict: 0.02,
    clientFailure: 0.03,
  },
  many: {
    duplicate: 0.3,
    reorder: 0.2,
    delay: 0.1,
    crashBeforeCommit: 0.06,
    crashAfterCommit: 0.06,
    crashElsewhere: 0.01,
    throttle: 0.05,
    conflict: 0.08,
    ambiguousCommit: 0.05,
    publishFailure: 0.05,
    clientFailure: 0.1,
    zombie: 0.002,
  },
};

/** The probabilities that the options come to. */
export function faultRates({ faults, duplicate }: DemoOptions): Faults {
  return duplicate === undefined ? rates[faults] : { ...rates[faults], duplicate: duplicate / 100 };
}

/** How `--fail` breaks a service: it says no to every order, or is down. */
export function failureKind(service: string, { refusals }: Sample): 'refuses' | 'down' {
  return Object.hasOwn(refusals, service) ? 'refuses' : 'down';
}

/** The services that `--fail` takes. The first one takes the order; without it there is nothing to show. */
function breakable({ choreography, command }: Sample): readonly string[] {
  return choreography.services
    .filter(({ reactions }) => !reactions.some(({ on }) => on.some(({ type }) => type === command.type)))
    .map(({ name }) => name);
}

/** The options as they are, when the sample has the service to break. @throws USAGE when `--fail` names no service that can be broken */
export function checkDemoOptions(options: DemoOptions, sample: Sample): DemoOptions {
  const { fail, leave } = options;
  if (fail !== undefined && leave !== undefined)
    throw usageError(
      '--fail and --leave do not go together.',
      'Each of them is one trouble of its own.',
      `For example: choreo demo --leave ${leave}`,
    );
  const names = breakable(sample);
  if (fail === undefined || names.includes(fail)) return options;
  const meant = suggestion(fail, names);
  throw usageError(
    `There is no service ${fail} to break.`,
    `--fail takes one of: ${names.join(', ')}.`,
    meant === undefined ? `For example: choreo demo --fail ${names[0] ?? ''}` : `Did you mean choreo demo --fail ${meant}?`,
  );
}
