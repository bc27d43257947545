import type { ClientDefinition } from '../../contract/client.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import type { RecordedCall } from '../journal/claim.ts';
import { hashOf } from '../journal/hash.ts';
import { Signal } from './signal.ts';

/** Answers of calls that this process has made for one task: a rerun gets them again instead of calling twice. */
export type CallMemory = Map<string, { readonly answer: Promise<unknown> }>;

/** What a reaction's calls go through. */
export interface OutsideCalls {
  readonly clients: Readonly<Record<string, object>>;
  /** Whether a client that changes something was called. */
  called(): boolean;
}

/** What `createOutsideCalls` needs. */
export interface OutsideCallsOptions {
  readonly declared: Readonly<Record<string, ClientDefinition>>;
  readonly clients: Readonly<Record<string, object>>;
  /** The call that an earlier attempt recorded. */
  readonly recorded?: RecordedCall;
  /** Keeps the calls of `react` and `undo` apart in the memory. */
  readonly scope: string;
  readonly memory: CallMemory;
  /** At least once: a call that failed may be made again with the same key. */
  readonly repeatable: boolean;
  readonly now: () => number;
  /** Records the first call before it is made, if the journal does not have it yet; resolves when it does. @throws Signal */
  begin(call: RecordedCall): Promise<void>;
  /** Ends the run: the outcome of a call is unknown. */
  end(signal: Signal): never;
}

const MILLISECONDS_PER_HOUR = 3_600_000;

function argumentsHash(parts: readonly unknown[]): string {
  const seen = new WeakSet<object>();
  const text = JSON.stringify(parts, (_key, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return '[seen]';
    seen.add(value);
    if (Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return hashOf('arguments', text ?? '');
}

function unknownOutcome(problem: string, recorded: RecordedCall): Signal {
  const details = { client: recorded.client, method: recorded.method, at: new Date(recorded.at).toISOString() };
  const message = `${problem} Find out at the outside system whether ${recorded.client}.${recorded.method} took effect, then close the case with choreo dead-letter resolve.`;
  return new Signal({ kind: 'unknown', error: new ChoreographyError('OUTCOME_UNKNOWN', message, { details }) });
}

/** Refuses a rerun that is not the recorded call again, or comes after the outside system has forgotten its key. */
function checkRecorded(call: RecordedCall, recorded: RecordedCall, lifetimeHours: number, end: OutsideCallsOptions['end']): void {
  const same = call.client === recorded.client && call.method === recorded.method && call.argumentsHash === recorded.argumentsHash;
  if (!same)
    end(
      unknownOutcome(
        `An earlier attempt called ${recorded.client}.${recorded.method}; this one calls ${call.client}.${call.method}${call.method === recorded.method ? ' with other arguments' : ''}.`,
        recorded,
      ),
    );
  if (call.at - recorded.at > lifetimeHours * MILLISECONDS_PER_HOUR)
    end(
      unknownOutcome(
        `The key of ${recorded.client}.${recorded.method} is older than ${lifetimeHours} hours, so the call is not repeated.`,
        recorded,
      ),
    );
}

/** Signals that an earlier attempt called and this one ended without that call. */
export function notRepeated(recorded: RecordedCall): Signal {
  return unknownOutcome(`An earlier attempt called ${recorded.client}.${recorded.method}; this one ended without it.`, recorded);
}

async function invoke(run: (...args: unknown[]) => unknown, target: object, args: readonly unknown[]): Promise<unknown> {
  return Reflect.apply(run, target, args);
}

/** A call that failed is made again by the next run, unless it must never be repeated. */
function remember({ memory, repeatable }: OutsideCallsOptions, key: string, answer: Promise<unknown>): void {
  memory.set(key, { answer });
  answer.catch(() => repeatable && memory.delete(key));
}

/**
 * Wraps the clients of one run: the first call that changes something is recorded in the journal before it is made, and
 * on a rerun it must be the same call. Methods of wrapped clients return promises.
 */
export function createOutsideCalls(options: OutsideCallsOptions): OutsideCalls {
  let calls = 0;
  let begun: Promise<void> | undefined;
  async function call(
    name: string,
    method: string,
    target: object,
    run: (...args: unknown[]) => unknown,
    args: readonly unknown[],
  ): Promise<unknown> {
    const made: RecordedCall = { client: name, method, argumentsHash: argumentsHash(args), at: options.now() };
    calls += 1;
    const first = calls === 1;
    const key = `${options.scope}:${calls}:${name}.${method}:${made.argumentsHash}`;
    const known = options.memory.get(key);
    if (first && options.recorded) checkRecorded(made, options.recorded, options.declared[name]?.keyLifetimeHours ?? 0, options.end);
    if (first) begun = options.begin(options.recorded ?? made);
    await begun; // calls made side by side wait for the first one's record too
    if (known) return known.answer;
    const answer = invoke(run, target, args);
    remember(options, key, answer);
    return answer;
  }
  function wrap(name: string, target: object, path: string): object {
    return new Proxy(target, {
      get(object, property) {
        const value: unknown = Reflect.get(object, property);
        if (typeof property === 'symbol') return value;
        const method = path === '' ? property : `${path}.${property}`;
        if (typeof value === 'function')
          return (...args: unknown[]) => call(name, method, object, value as (...args: unknown[]) => unknown, args);
        return typeof value === 'object' && value !== null ? wrap(name, value, method) : value;
      },
    });
  }
  const clients = Object.entries(options.declared).map(([name, { readOnly }]) => {
    const target = options.clients[name] ?? {};
    return [name, readOnly ? target : wrap(name, target, '')] as const;
  });
  return { clients: Object.fromEntries(clients), called: () => calls > 0 };
}
