import { describe, expect, test } from 'vitest';
import { client, clientDefinition } from '../../../lib/contract/client.ts';
import type { RecordedCall } from '../../../lib/runtime/journal/claim.ts';
import { type CallMemory, createOutsideCalls } from '../../../lib/runtime/transaction/outside-calls.ts';
import { type Ending, Signal } from '../../../lib/runtime/transaction/signal.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
type Clients = Readonly<Record<string, object>>;

/** One run; `log` shows what happened in which order. */
function begin({
  clients,
  declared = {},
  recorded,
  memory = new Map(),
  repeatable = true,
  scope = 'react',
  now = 0,
  record = async () => {},
}: {
  clients: Clients;
  declared?: Readonly<Record<string, Parameters<typeof client>[0]>>;
  recorded?: RecordedCall;
  memory?: CallMemory;
  repeatable?: boolean;
  scope?: string;
  now?: number;
  record?: () => Promise<void>;
}) {
  const log: string[] = [];
  let ended: Ending | undefined;
  const end = (signal: Signal): never => {
    ended ??= signal.ending;
    throw signal;
  };
  const calls = createOutsideCalls({
    declared: Object.fromEntries(Object.keys(clients).map((name) => [name, clientDefinition(client(declared[name] ?? {}))])),
    clients,
    ...(recorded ? { recorded } : {}),
    repeats: scope === 'react',
    scope,
    memory,
    repeatable,
    now: () => now,
    async begin(call) {
      log.push(`record ${call.client}.${call.method}`);
      begun.push(call);
      await record();
      log.push('recorded');
    },
    checkOpen() {
      if (ended) throw new Signal(ended);
    },
    end,
  });
  const begun: RecordedCall[] = [];
  return {
    calls,
    log,
    begun,
    ending: () => ended,
    stop: () => {
      ended = { kind: 'conflict' };
    },
    clients: calls.clients as Record<string, unknown>,
  };
}

/** A payment provider that notes its calls. */
function provider(log: string[] = [], fails: () => boolean = () => false) {
  const answer = async (what: string) => {
    log.push(what);
    if (fails()) throw new Error('down');
    return `${what}!`;
  };
  return { log, charge: (order: unknown) => answer(`charge ${JSON.stringify(order)}`), refund: () => answer('refund') };
}
type Payments = ReturnType<typeof provider>;
const paymentsOf = (run: { clients: Record<string, unknown> }) => run.clients['payments'] as Payments;

/** What an earlier attempt has recorded. */
async function recordOf(use: (payments: Payments) => unknown): Promise<RecordedCall> {
  const run = begin({ clients: { payments: provider() } });
  await use(paymentsOf(run));
  return run.begun[0] as RecordedCall;
}
const unknown = (problem: string) => ({
  kind: 'unknown',
  error: expect.objectContaining({
    code: 'OUTCOME_UNKNOWN',
    retryable: false,
    message: `${problem} Find out at the outside system whether payments.charge took effect, and put right by hand what has to be.`,
  }),
});

describe('the first call', () => {
  test('is recorded before it is made, and only the first one', async () => {
    const log: string[] = [];
    const run = begin({ clients: { payments: provider(log) }, record: async () => void log.push('recorded') });
    expect(run.calls.called()).toBe(false);
    expect(await paymentsOf(run).charge({ cents: 1 })).toBe('charge {"cents":1}!');
    await paymentsOf(run).refund();
    expect(log).toEqual(['recorded', 'charge {"cents":1}', 'refund']);
    expect(run.begun).toEqual([{ client: 'payments', method: 'charge', argumentsHash: expect.any(String), at: 0 }]);
    expect(run.calls.called()).toBe(true);
  });
  test('is not made when it could not be recorded, nor are calls side by side', async () => {
    const payments = provider();
    const run = begin({ clients: { payments }, record: () => Promise.reject(new Error('conflict')) });
    const results = await Promise.allSettled([paymentsOf(run).charge(1), paymentsOf(run).refund()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([payments.log, run.calls.called()]).toEqual([[], false]);
    await expect(run.calls.begun()).rejects.toThrow('conflict');
  });
  test('calls side by side wait for its record', async () => {
    const payments = provider();
    let recorded = () => {};
    const run = begin({
      clients: { payments },
      record: () =>
        new Promise<void>((resolve) => {
          recorded = resolve;
        }),
    });
    const both = Promise.all([paymentsOf(run).charge(1), paymentsOf(run).refund()]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(payments.log).toEqual([]);
    recorded();
    await both;
    expect(payments.log).toEqual(['charge 1', 'refund']);
  });
  test('is not made once the run has ended, before the record or after it', async () => {
    const payments = provider();
    const run = begin({ clients: { payments } });
    run.stop();
    await expect(paymentsOf(run).charge(1)).rejects.toThrow('The reaction ended here');
    const other = begin({ clients: { payments }, record: async () => other.stop() });
    await expect(paymentsOf(other).charge(1)).rejects.toThrow('The reaction ended here');
    expect([payments.log, run.calls.called(), other.calls.called()]).toEqual([[], false, false]);
  });
});

describe('a rerun', () => {
  const order = { cents: 100, lines: [{ sku: 'a', count: 1 }] };
  const rerun = async (use: (payments: Payments) => unknown, options: object = {}) => {
    const payments = provider();
    const run = begin({ clients: { payments }, recorded: await recordOf((first) => first.charge(order)), ...options });
    await Promise.resolve(use(paymentsOf(run))).catch(() => undefined);
    return { ...run, log: payments.log };
  };
  test('makes the same call again, whatever the order of keys', async () => {
    const { log, ending, begun } = await rerun((payments) => payments.charge({ lines: [{ count: 1, sku: 'a' }], cents: 100 }), {
      now: HOUR,
    });
    expect([log.length, ending()]).toEqual([1, undefined]);
    expect(begun[0]?.at).toBe(0); // the age of the key counts from the first attempt
  });
  test.each<[string, (payments: Payments) => unknown, string]>([
    ['another method', (payments) => payments.refund(), 'this one calls payments.refund.'],
    ['other arguments', (payments) => payments.charge({ ...order, cents: 101 }), 'this one calls payments.charge with other arguments.'],
  ])('that makes %s ends as unknown, without calling', async (_name, use, problem) => {
    const { log, ending, calls } = await rerun(use);
    expect([log, ending(), calls.called()]).toEqual([[], unknown(`An earlier attempt called payments.charge; ${problem}`), false]);
  });
  test('of another client is none either, even with the same method', async () => {
    const run = begin({ clients: { payments: provider(), bank: provider() }, recorded: await recordOf((first) => first.charge(order)) });
    await expect((run.clients['bank'] as Payments).charge(order)).rejects.toThrow();
    expect(run.ending()).toEqual(unknown('An earlier attempt called payments.charge; this one calls bank.charge.'));
  });
  test.each([
    [24 * HOUR - MINUTE, undefined], // the clock of the first attempt may have been ahead by that
    [24 * HOUR - MINUTE + 1, unknown('The key of payments.charge may be older than 24 hours, so the call is not repeated.')],
  ])('after %d ms', async (now, expected) => {
    const { ending, log } = await rerun((payments) => payments.charge(order), { now });
    expect([ending(), log.length]).toEqual([expected, expected ? 0 : 1]);
  });
  test('repeats no later call either, once its own key is forgotten', async () => {
    const bank = provider();
    const run = begin({
      clients: { payments: provider(), bank },
      declared: { bank: { keyLifetimeHours: 1 } },
      recorded: await recordOf((first) => first.charge(order)),
      now: 2 * HOUR,
    });
    await paymentsOf(run).charge(order);
    await expect((run.clients['bank'] as Payments).refund()).rejects.toThrow();
    expect([run.ending(), bank.log]).toEqual([
      unknown('The key of bank.refund may be older than 1 hours, so the call is not repeated.'),
      [],
    ]);
  });
});

describe('answers are kept in the process', () => {
  test('a rerun gets the answer it had, and counts as having called', async () => {
    const memory: CallMemory = new Map();
    const payments = provider();
    for (let round = 1; round <= 3; round += 1) {
      const run = begin({ clients: { payments }, memory });
      expect(await paymentsOf(run).charge(1)).toBe('charge 1!');
      expect(run.calls.called()).toBe(true);
    }
    expect(payments.log).toEqual(['charge 1']);
  });
  test('undo has its own answers, and so has the second call of one kind', async () => {
    const memory: CallMemory = new Map();
    const payments = provider();
    const run = begin({ clients: { payments }, memory });
    await paymentsOf(run).refund();
    await paymentsOf(run).refund();
    await paymentsOf(begin({ clients: { payments }, memory, scope: 'undo' })).refund();
    expect(payments.log).toEqual(['refund', 'refund', 'refund']);
  });
  test.each([
    ['at least once a failed call is made again', true, 2],
    ['at most once it is not', false, 1],
  ])('%s', async (_name, repeatable, expected) => {
    const memory: CallMemory = new Map();
    let down = true;
    const payments = provider([], () => down);
    const again = () => paymentsOf(begin({ clients: { payments }, memory, repeatable })).charge(1);
    await expect(again()).rejects.toThrow('down');
    down = false;
    if (repeatable) expect(await again()).toBe('charge 1!');
    else await expect(again()).rejects.toThrow('down');
    expect(payments.log).toHaveLength(expected);
  });
});

describe('a client of any form', () => {
  class Bank {
    #balance = 7;
    readonly name = 'bank';
    readonly accounts = { get: async (id: string) => `${id} has ${this.#balance}` };
    async pay(cents: number): Promise<number> {
      this.#balance -= cents;
      return this.#balance;
    }
    synchronous(): string {
      return this.name;
    }
  }
  test('an object of a class keeps its private fields; other properties are as they are', async () => {
    const run = begin({ clients: { bank: new Bank() } });
    const bank = run.clients['bank'] as Bank;
    expect([bank.name, await bank.pay(2), await bank.synchronous(), 'pay' in bank]).toEqual(['bank', 5, 'bank', true]);
  });
  test('nested objects are part of the client', async () => {
    const run = begin({ clients: { bank: new Bank() } });
    expect(await (run.clients['bank'] as Bank).accounts.get('a')).toBe('a has 7');
    expect(run.log).toEqual(['record bank.accounts.get', 'recorded']);
  });
  test('a frozen object works', async () => {
    const run = begin({ clients: { bank: Object.freeze({ pay: async () => 'paid', deep: Object.freeze({ pay: async () => 'deep' }) }) } });
    const bank = run.clients['bank'] as { pay(): Promise<string>; deep: { pay(): Promise<string> } };
    expect([await bank.pay(), await bank.deep.pay()]).toEqual(['paid', 'deep']);
  });
  test('a function is a client too, with its own functions, and none slips past the journal', async () => {
    const send = Object.assign(async (to: string) => `sent ${to}`, { later: async (to: string) => `later ${to}` });
    const run = begin({ clients: { send } });
    const wrapped = run.clients['send'] as typeof send;
    expect([await wrapped('a'), await wrapped.later('b')]).toEqual(['sent a', 'later b']);
    expect(run.log).toEqual(['record send.call', 'recorded']);
  });
  test('a method may be bound or taken out', async () => {
    const run = begin({ clients: { bank: new Bank() } });
    const bank = run.clients['bank'] as Bank;
    const { pay } = bank;
    expect([await pay(1), await bank.pay.bind(bank)(1), await bank.pay.call(bank, 1)]).toEqual([6, 5, 4]);
  });
  test('a read-only one is handed over as it is, and no call of it counts', async () => {
    const rates = provider();
    const run = begin({ clients: { rates }, declared: { rates: { readOnly: true } } });
    expect(run.clients['rates']).toBe(rates);
    await rates.charge(1);
    expect([run.calls.called(), run.log]).toEqual([false, []]);
  });
  test('arguments may hold anything: cycles, bigints, functions', async () => {
    const cycle: Record<string, unknown> = { n: 1n, f: () => 1, at: new Date(0) };
    cycle['self'] = cycle;
    const run = begin({ clients: { bank: { pay: async () => 'paid' } } });
    expect(await (run.clients['bank'] as { pay(order: unknown): Promise<string> }).pay(cycle)).toBe('paid');
  });
});
