// An operator at a machine of their own: its clock is off, calls fail now and then, and it may go down in any of them.
import { ChoreographyError } from '../../lib/contract/errors.ts';
import type { Random } from '../../lib/embedded/random.ts';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import type { Store } from '../../lib/runtime/ports/store.ts';
import type { Commit } from './invariants.ts';

/** The operator's machine went down: nobody hears of what it was about to say. */
export const machineDown = new Error('the machine of the operator went down');

/** Milliseconds by which a clock may be off, either way: two of them differ by what is allowed for. */
const OFF_MILLISECONDS_MAX = 30_000;
/** Longest time on each way of a call, in milliseconds. */
const LATENCY_MILLISECONDS = [5, 50, 1_500] as const;
/** Per call; of a machine that may go down. */
const DOWN = [0, 0, 0.002, 0.02] as const;
const UNAVAILABLE = 0.03;

/** What operators work on, and what they have committed among all that was. */
export interface Operated {
  readonly access: OperatorAccess;
  readonly commits: Commit[];
}

type Method = (...parameters: readonly unknown[]) => Promise<unknown>;

function unavailable(name: string): ChoreographyError {
  const [code, what] = name === 'send' ? ['QUEUE_UNAVAILABLE', 'queue'] : ['STORE_UNAVAILABLE', 'table'];
  return new ChoreographyError(code as string, `The ${what} did not answer (an injected fault); try again.`, { retryable: true });
}

function noting(store: Store, service: string, commits: Commit[]): Store {
  return {
    ...store,
    async commit(units) {
      const outcomes = await store.commit(units);
      if (outcomes.every(({ status }) => status === 'committed')) for (const unit of units) commits.push({ service, unit });
      return outcomes;
    },
  };
}

/** The world as one process of an operator sees it. */
export function operatorProcess({ access, commits }: Operated, who: string, random: Random): OperatorAccess {
  const { clock } = access;
  const off = Math.round((2 * random.next() - 1) * OFF_MILLISECONDS_MAX);
  const latency = random.pick(LATENCY_MILLISECONDS);
  const down = random.pick(DOWN) / 2; // before its effect, and after it
  let isUp = true;
  const fall = (): never => {
    isUp = false;
    throw machineDown;
  };
  async function around(name: string, method: () => Promise<unknown>): Promise<unknown> {
    if (!isUp || random.chance(down)) return fall();
    await clock.sleep(random.integer(latency + 1));
    const fails = random.chance(UNAVAILABLE);
    if (fails && random.chance(0.5)) throw unavailable(name);
    const result = await method();
    if (fails) throw unavailable(name);
    await clock.sleep(random.integer(latency + 1));
    return isUp && !random.chance(down) ? result : fall();
  }
  function watch<Port extends object>(port: Port): Port {
    const entries = Object.entries(port).map(([name, member]) => {
      if (typeof member !== 'function') return [name, member] as const;
      const method: Method = (...parameters) => around(name, async () => (member as Method).apply(port, [...parameters]));
      return [name, method] as const;
    });
    return Object.fromEntries(entries) as Port;
  }
  const { stream, publisher } = access;
  return {
    ...access,
    who,
    clock: { now: () => clock.now() + off, sleep: (milliseconds) => clock.sleep(milliseconds) },
    control: watch(access.control),
    records: watch(access.records),
    ...(stream ? { stream: watch(stream) } : {}),
    ...(publisher ? { publisher: watch(publisher) } : {}),
    store: (service) => watch(noting(access.store(service), service, commits)),
    replayQueue: (service) => watch(access.replayQueue(service)),
  };
}
