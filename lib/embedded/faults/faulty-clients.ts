import type { FaultGate } from './fault-gate.ts';

type Method = (...args: unknown[]) => unknown;

/** The error of a client that fails because it was asked to. */
function outage(client: string): Error {
  return new Error(`${client} did not answer (an injected fault).`);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise || typeof (value as { then?: unknown } | undefined)?.then === 'function';
}

/** Stands before a client, nested objects included. It has no properties of its own, so a frozen client works, too. */
function standIn(target: object, call: (method: Method, self: object, args: readonly unknown[]) => unknown): object {
  return new Proxy(
    {},
    {
      get(_, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value === 'function') return (...args: unknown[]) => call(value as Method, target, args);
        return typeof value === 'object' && value !== null ? standIn(value, call) : value;
      },
      has: (_, property) => Reflect.has(target, property),
    },
  );
}

/**
 * The outside systems as one process sees them. Calls of a client that changes something take time and return promises;
 * a read-only one may be synchronous, so it only fails.
 */
export function createFaultyClients(
  clients: Readonly<Record<string, object>>,
  readOnly: ReadonlySet<string>,
  gate: FaultGate,
): Readonly<Record<string, object>> {
  const { process, rates, scheduler } = gate;
  const { random } = process;
  const watched = (value: unknown) => (isPromise(value) ? scheduler.outside(Promise.resolve(value)) : value);
  const wrapped = Object.entries(clients).map(([name, client]): [string, object] => {
    const look = (method: Method, self: object, args: readonly unknown[]): unknown => {
      if (random.chance(rates.clientFailure)) throw outage(name);
      return watched(Reflect.apply(method, self, args));
    };
    const change = (method: Method, self: object, args: readonly unknown[]): unknown =>
      gate.call(async () => {
        const fails = random.chance(rates.clientFailure);
        if (fails && random.chance(0.5)) throw outage(name);
        const answer = await watched(Reflect.apply(method, self, args));
        if (fails) throw outage(name);
        return answer;
      });
    return [name, standIn(client, readOnly.has(name) ? look : change)];
  });
  return Object.fromEntries(wrapped);
}
