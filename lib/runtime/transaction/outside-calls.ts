import type { ClientDefinition } from '../../contract/client.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { CLOCK_SKEW_SECONDS } from '../../contract/limits.ts';
import type { RecordedCall } from '../journal/claim.ts';
import { hashOf } from '../journal/hash.ts';
import { Signal } from './signal.ts';

/** Answers of calls that this process has made for one task: a rerun gets them again instead of calling twice. */
export type CallMemory = Map<string, { readonly answer: Promise<unknown> }>;

/** What a reaction's calls go through. */
export interface OutsideCalls {
  readonly clients: Readonly<Record<string, object>>;
  /** Whether a client that changes something was called, now or by an earlier run in this process. */
  called(): boolean;
  /** Resolves when the record of the first call, if any, is in the journal. @throws Signal */
  begun(): Promise<void>;
}

const nothingBegun = Promise.resolve();

/** Of a run without clients. */
export const noCalls: OutsideCalls = { clients: Object.freeze({}), called: () => false, begun: () => nothingBegun };

/** What `createOutsideCalls` needs. */
export interface OutsideCallsOptions {
  readonly declared: Readonly<Record<string, ClientDefinition>>;
  readonly clients: Readonly<Record<string, object>>;
  /** The call that an earlier attempt recorded: it is not made again once the other side has forgotten its key. */
  readonly recorded?: RecordedCall;
  /** The first call has to be the recorded one again: of `react`, whose outcome must be learned. */
  readonly repeats: boolean;
  /** Keeps the calls of `react` and `undo` apart in the memory. */
  readonly scope: string;
  readonly memory: CallMemory;
  /** At least once: a call that failed may be made again with the same key. */
  readonly repeatable: boolean;
  readonly now: () => number;
  /** Nothing is called any more once the run has ended, even if the code goes on. @throws Signal */
  checkOpen(): void;
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
  const message = `${problem} Find out at the outside system whether ${recorded.client}.${recorded.method} took effect, and put right by hand what has to be.`;
  return new Signal({ kind: 'unknown', error: new ChoreographyError('OUTCOME_UNKNOWN', message, { details }) });
}

/** Refuses a rerun whose first call is not the recorded one. */
function checkSame(call: RecordedCall, recorded: RecordedCall, end: OutsideCallsOptions['end']): void {
  const { client, method } = recorded;
  if (call.client === client && call.method === method && call.argumentsHash === recorded.argumentsHash) return;
  const difference = call.client === client && call.method === method ? ' with other arguments' : '';
  end(
    unknownOutcome(`An earlier attempt called ${client}.${method}; this one calls ${call.client}.${call.method}${difference}.`, recorded),
  );
}

/** Refuses a call that an earlier attempt may have made, by the clock of another machine, once the outside system may have forgotten its key. */
function checkLifetime(call: RecordedCall, recorded: RecordedCall, lifetimeHours: number, end: OutsideCallsOptions['end']): void {
  if (call.at - recorded.at <= lifetimeHours * MILLISECONDS_PER_HOUR - CLOCK_SKEW_SECONDS * 1000) return;
  const problem = `The key of ${call.client}.${call.method} may be older than ${lifetimeHours} hours, so the call is not repeated.`;
  end(unknownOutcome(problem, recorded));
}

/** Signals that an earlier attempt called and this one ended without that call. */
export function notRepeated(recorded: RecordedCall): Signal {
  return unknownOutcome(`An earlier attempt called ${recorded.client}.${recorded.method}; this one ended without it.`, recorded);
}

type Run = (...args: unknown[]) => unknown;

async function invoke(run: Run, target: unknown, args: readonly unknown[]): Promise<unknown> {
  return Reflect.apply(run, target, args);
}

/** A call that failed is made again by the next run, unless it must never be repeated. */
function remember({ memory, repeatable }: OutsideCallsOptions, key: string, answer: Promise<unknown>): void {
  memory.set(key, { answer });
  answer.catch(() => repeatable && memory.delete(key));
}

type Call = (method: string, target: unknown, run: Run, args: readonly unknown[]) => Promise<unknown>;

/** Every function of a client, nested ones and the client itself included, goes through `call`; all else is as it is. */
function wrap(call: Call, owner: unknown, part: object, path: string): object {
  const callable = typeof part === 'function';
  // Not a proxy of `part` itself: of a frozen object it could only return what is there.
  const shadow: object = Object.setPrototypeOf(callable ? () => undefined : {}, part);
  return new Proxy(shadow, {
    apply: (_shadow, _this, args: unknown[]) => call(path === '' ? 'call' : path, owner, part as Run, args),
    get(target, property, proxy) {
      const value: unknown = Reflect.get(part, property);
      if (callable && value === Reflect.get(Function.prototype, property)) return Reflect.get(target, property, proxy); // `bind` and the like
      const opaque = typeof property === 'symbol' || value === null || (typeof value !== 'object' && typeof value !== 'function');
      return opaque ? value : wrap(call, part, value as object, path === '' ? property : `${path}.${property}`);
    },
  });
}

/**
 * Wraps the clients of one run: the first call that changes something is recorded in the journal before it is made, and
 * on a rerun it must be the same call. Methods of wrapped clients return promises.
 */
export function createOutsideCalls(options: OutsideCallsOptions): OutsideCalls {
  const { recorded, repeats, memory, checkOpen, end } = options;
  let calls = 0;
  let made = 0;
  let begun: Promise<void> = Promise.resolve();

  async function call(name: string, method: string, target: unknown, run: Run, args: readonly unknown[]): Promise<unknown> {
    checkOpen();
    const asked: RecordedCall = { client: name, method, argumentsHash: argumentsHash(args), at: options.now() };
    calls += 1;
    const first = calls === 1;
    const key = `${options.scope}:${calls}:${name}.${method}:${asked.argumentsHash}`;
    const known = memory.get(key);
    if (recorded && repeats && first) checkSame(asked, recorded, end);
    if (recorded && !known) checkLifetime(asked, recorded, options.declared[name]?.keyLifetimeHours ?? 0, end);
    if (first) begun = options.begin(recorded ?? asked);
    await begun; // calls made side by side wait for the first one's record too
    checkOpen();
    made += 1;
    if (known) return known.answer;
    const answer = invoke(run, target, args);
    remember(options, key, answer);
    return answer;
  }
  const clients = Object.entries(options.declared).map(([name, { readOnly }]) => {
    const target = options.clients[name] ?? {};
    return [name, readOnly ? target : wrap((...parts) => call(name, ...parts), undefined, target, '')] as const;
  });
  return { clients: Object.fromEntries(clients), called: () => made > 0, begun: () => begun };
}
