import { usageError } from '../failure.ts';
import { suggestion } from '../suggest.ts';
import type { FaultLevel } from '../world/fault-options.ts';
import type { TroubleLeft } from './leave.ts';
import type { Sample } from './sample.ts';

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

/** Orders of one demo, at most. */
export const ORDERS_MAX = 1_000;

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
      '--fail and --leave cannot be combined.',
      'Each of them breaks the shop in its own way.',
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
