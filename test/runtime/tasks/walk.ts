import { client } from '../../../lib/contract/client.ts';
import { defineEntity } from '../../../lib/contract/entity.ts';
import { defineReaction } from '../../../lib/contract/reaction.ts';
import { createRandom, type Random } from '../../../lib/embedded/random.ts';
import type { Claim } from '../../../lib/runtime/journal/claim.ts';
import type { DeadLetter } from '../../../lib/runtime/journal/dead-letter.ts';
import type { Store } from '../../../lib/runtime/ports/store.ts';
import { perform } from '../../../lib/runtime/tasks/perform.ts';
import type { Role, Task } from '../../../lib/runtime/tasks/task.ts';
import { errorRecord } from '../../../lib/runtime/tasks/task.ts';
import { createWorkspace } from '../../../lib/runtime/transaction/workspace.ts';
import {
  createBench,
  message,
  OrderCancelled,
  OrderExpired,
  OrderPlaced,
  PaymentCharged,
  PaymentFailed,
  PaymentRefunded,
} from './bench.ts';

/** What may happen in one walk. */
export interface WalkOptions {
  readonly delivery: 'at-least-once' | 'at-most-once';
  /** Live copies of the action. */
  readonly actions: number;
  readonly triggers: 0 | 1 | 2;
  readonly crashes: number;
  /** Calls that fail, before or after they took effect. */
  readonly failures: number;
  /** Attempts that time out while a call of theirs is still under way. */
  readonly zombies: number;
  readonly redrives: number;
  readonly tells: boolean;
  /** The provider forgets its keys at some point, and the clock is past their lifetime. */
  readonly forgets: boolean;
  /** The state that `react` reads changes at some point, so that a rerun takes another branch. */
  readonly diverges: boolean;
}

/** What a walk came to, when nothing was left to do. */
export interface WalkEnd {
  readonly claim: Claim | undefined;
  readonly charges: number;
  readonly refunds: number;
  readonly open: readonly DeadLetter[];
  readonly triggered: boolean;
  readonly events: readonly string[];
  readonly trace: readonly string[];
}

/** The error that no code of ours or of a team ever sees: its process is gone. */
interface Parked {
  readonly what: string;
  go(): Promise<void>;
}
interface Process {
  readonly delivery: Delivery;
  parked: Parked | undefined;
  /** Nobody waits for it any more; what it still does must do no harm. */
  orphan: boolean;
  ended: 'done' | 'wait' | undefined;
}
interface Delivery {
  readonly name: string;
  readonly role: Role;
  readonly type: typeof OrderPlaced | typeof OrderCancelled | typeof OrderExpired;
  readonly redrive?: string;
  attempts: number;
  crashed: boolean;
}

const ATTEMPTS_MAX = 3;
const STEPS_MAX = 2_000;
const ROUNDS_MAX = 12;
const LIFETIME_HOURS = 24;
const Limit = defineEntity<{ cents: number }>('Limit');
const Payment = defineEntity<{ charge: string }>('Payment');
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Provider {
  charges: number;
  refunds: number;
  readonly answers: Map<string, 'ok' | 'declined'>;
  readonly refunded: Set<string>;
}
interface Payments {
  charge(order: { readonly key: string }): Promise<'ok' | 'declined'>;
  refund(order: { readonly key: string }): Promise<void>;
}

/** Remembers keys at least once; at most once it is a provider without keys. */
function createPayments(provider: Provider, keyed: boolean, random: Random): Payments {
  return {
    async charge({ key }) {
      const known = keyed ? provider.answers.get(key) : undefined;
      if (known) return known;
      const answer = random.chance(0.25) ? 'declined' : 'ok';
      provider.answers.set(key, answer);
      if (answer === 'ok') provider.charges += 1;
      return answer;
    },
    async refund({ key }) {
      if (keyed && provider.refunded.has(key)) return;
      provider.refunded.add(key);
      provider.refunds += 1;
    },
  };
}

function chargeReaction(options: WalkOptions) {
  return defineReaction({
    name: 'charge',
    on: OrderPlaced,
    emits: [PaymentCharged],
    fails: [PaymentFailed],
    delivery: options.delivery,
    clients: { payments: client<Payments>({ keyLifetimeHours: LIFETIME_HOURS }) },
    async react(event, tx) {
      const limit = await tx.get(Limit, 'all');
      if (limit) tx.fail(PaymentFailed, event.data);
      const answer = await tx.clients.payments.charge({ key: tx.idempotencyKey });
      if (answer === 'declined') tx.fail(PaymentFailed, event.data);
      tx.put(Payment, 'o-1', { charge: answer });
      tx.emit(PaymentCharged, event.data);
      return { answer };
    },
    onGiveUp: options.tells ? (event, tx) => tx.fail(PaymentFailed, event.data) : undefined,
    compensation: {
      on: [OrderCancelled, OrderExpired],
      emits: [PaymentRefunded],
      async undo(event, tx) {
        await tx.clients.payments.refund({ key: tx.idempotencyKey });
        tx.emit(PaymentRefunded, event.data);
      },
    },
  });
}

/**
 * One random walk over the real decisions, claims and calls: deliveries run side by side, each of their reads, commits
 * and calls happens when the walk lets it, and any of them may be the last thing that a process does. Same seed, same
 * walk.
 */
export async function walk(seed: number, options: WalkOptions): Promise<WalkEnd> {
  const random = createRandom(seed);
  const provider: Provider = { charges: 0, refunds: 0, answers: new Map(), refunded: new Set() };
  const payments = createPayments(provider, options.delivery === 'at-least-once', random);
  const bench = createBench([chargeReaction(options)] as never);
  const budget = { ...options };
  const trace: string[] = [];
  const waiting: Delivery[] = [];
  const processes: Process[] = [];
  const fired = new Set<string>();
  let forgets = options.forgets;
  let diverges = options.diverges;

  const deliver = (name: string, role: Role, type: Delivery['type'], redrive?: string) =>
    waiting.push({ name, role, type, attempts: 0, crashed: false, ...(redrive === undefined ? {} : { redrive }) });
  for (let copy = 1; copy <= options.actions; copy += 1) deliver(`A${copy}`, 'action', OrderPlaced);
  if (options.triggers > 0) deliver('T1', 'trigger', OrderCancelled);
  if (options.triggers > 1) deliver('T2', 'trigger', OrderExpired);

  /** Waits in the process until the walk lets the effect happen. */
  function gate<Answer>(process: Process, what: string, effect: () => Promise<Answer>): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      process.parked = { what, go: () => effect().then(resolve, reject) };
    });
  }
  function clientsOf(process: Process): Payments {
    const change = <Answer>(what: string, effect: () => Promise<Answer>) =>
      gate(process, what, async () => {
        const fails = budget.failures > 0 && !process.orphan && random.chance(0.4);
        if (fails) budget.failures -= 1;
        if (fails && random.chance(0.5)) throw new Error(`${what}: no answer, nothing happened`);
        const answer = await effect();
        if (fails) throw new Error(`${what}: no answer, but it happened`);
        return answer;
      });
    return {
      charge: (order) => change('charge', () => payments.charge(order)),
      refund: (order) => change('refund', () => payments.refund(order)),
    };
  }
  function storeOf(process: Process): Store {
    const { store } = bench;
    return {
      ...store,
      read: (request) => gate(process, 'read', () => store.read(request)),
      commit: (units) => gate(process, 'commit', () => store.commit(units)),
    };
  }
  function taskOf({ role, type, redrive, attempts, crashed }: Delivery): Task {
    const placed = message(OrderPlaced);
    const about = role === 'settle' ? placed : message(type);
    const task = bench.task('charge', role, about, {
      redriven: redrive !== undefined,
      ...(redrive === undefined ? {} : { deadLetter: redrive }),
    });
    if (attempts >= ATTEMPTS_MAX && crashed) {
      task.giveUp = { error: { code: 'RetryAttemptsExhausted', message: 'crashed' }, technical: false, phase: 'transport' };
    }
    return task;
  }
  async function attempt(process: Process): Promise<void> {
    const { delivery } = process;
    const store = storeOf(process);
    const context = { ...bench.context, clients: { payments: clientsOf(process) }, ports: { ...bench.context.ports, store } };
    const commitNow = async (unit: Parameters<typeof bench.commit>[0]) => (await store.commit([unit]))[0]?.status === 'committed';
    const task = taskOf(delivery);
    for (let round = 1; round <= ROUNDS_MAX; round += 1) {
      const result = await perform({ context, workspace: createWorkspace(store), commitNow }, task);
      if (result.kind === 'finished') break;
      if (result.kind === 'unit' && (await commitNow(result.unit))) break;
      if (result.kind === 'wait') {
        process.ended = 'wait';
        return;
      }
      if (result.kind !== 'failed') continue;
      delivery.attempts += 1;
      const last = delivery.attempts >= ATTEMPTS_MAX || delivery.redrive !== undefined;
      if (last)
        task.giveUp ??= { error: errorRecord(result.error), technical: true, phase: delivery.role === 'trigger' ? 'undo' : 'react' };
    }
    process.ended = 'done';
  }
  function start(delivery: Delivery): void {
    const process: Process = { delivery, parked: undefined, orphan: false, ended: undefined };
    processes.push(process);
    trace.push(`${delivery.name} begins`);
    attempt(process).catch((error: unknown) => trace.push(`BROKEN ${String(error)}`));
  }
  /** The transport sees no answer and delivers again. */
  function lose({ delivery }: Process): void {
    delivery.attempts += 1;
    delivery.crashed = true;
    waiting.push(delivery);
  }
  async function step(process: Process): Promise<void> {
    const { parked, delivery } = process;
    if (!parked) return;
    process.parked = undefined;
    const remove = () => processes.splice(processes.indexOf(process), 1);
    if (process.orphan && random.chance(0.3)) {
      trace.push(`${delivery.name} zombie dies`);
      remove();
      return;
    }
    if (!process.orphan && budget.crashes > 0 && random.chance(0.1)) {
      budget.crashes -= 1;
      const after = random.chance(0.5);
      if (after) await parked.go();
      trace.push(`${delivery.name} crashes ${after ? 'after' : 'before'} ${parked.what}`);
      remove();
      lose(process);
      return;
    }
    if (!process.orphan && budget.zombies > 0 && parked.what === 'charge' && random.chance(0.3)) {
      budget.zombies -= 1;
      trace.push(`${delivery.name} times out at ${parked.what}`);
      process.orphan = true;
      process.parked = parked;
      lose(process);
      return;
    }
    trace.push(`${delivery.name}${process.orphan ? ' zombie' : ''} ${parked.what}`);
    await parked.go();
  }
  async function happen(): Promise<void> {
    if (diverges && random.chance(0.1)) {
      diverges = false;
      trace.push('the limit changes');
      await bench.store.commit([
        {
          id: 'limit',
          writes: [
            {
              kind: 'entity',
              key: { entity: 'Limit', id: 'all' },
              expect: null,
              put: { state: { cents: 0 }, shapeVersion: 1, version: 'limit', indexes: {} },
            },
          ],
        },
      ]);
    }
    // Longer than any attempt: nobody is under way when it happens.
    if (forgets && processes.length === 0 && provider.answers.size > 0 && random.chance(0.5)) {
      forgets = false;
      trace.push('the provider forgets its keys');
      provider.answers.clear();
      bench.clock.time += (LIFETIME_HOURS + 1) * 3_600_000;
    }
  }
  /** Time passes when nobody can go on: attempts are over, due items fire, an operator redrives. */
  async function idle(): Promise<boolean> {
    bench.clock.time += 61_000;
    const due = (await bench.store.listDue({ before: bench.clock.time, limit: 10 })).filter(({ id }) => !fired.has(id));
    for (const { id } of due) {
      fired.add(id);
      deliver('S', 'settle', OrderPlaced);
    }
    if (due.length > 0) return true;
    const documents = bench.store.allDeadLetters().filter(({ state }) => state !== 'closed');
    if (documents.length === 0 || budget.redrives === 0) return false;
    budget.redrives -= 1;
    const { id, message: about } = random.pick(documents);
    const type = about?.type === 'OrderPlaced' ? OrderPlaced : about?.type === 'OrderCancelled' ? OrderCancelled : OrderExpired;
    deliver(`R(${about?.type})`, type === OrderPlaced ? 'action' : 'trigger', type, id);
    return true;
  }

  for (let count = 1; count <= STEPS_MAX; count += 1) {
    await happen();
    const ready = processes.filter(({ parked }) => parked !== undefined);
    const choices = ready.length + waiting.length;
    if (choices === 0) {
      if (await idle()) continue;
      break;
    }
    const choice = random.integer(choices);
    if (choice < ready.length) await step(ready[choice] as Process);
    else start(waiting.splice(choice - ready.length, 1)[0] as Delivery);
    await turn();
    for (const process of processes.filter(({ ended }) => ended !== undefined)) {
      processes.splice(processes.indexOf(process), 1);
      if (process.ended === 'wait' && !process.orphan) {
        bench.clock.time += 20_000;
        waiting.push(process.delivery);
      }
      trace.push(`${process.delivery.name} ends, ${bench.store.allClaims().map(({ state }) => state)}`);
    }
  }
  if (processes.length > 0 || waiting.length > 0) trace.push('BROKEN it does not come to an end');
  const [claim] = bench.store.allClaims();
  return {
    claim,
    charges: provider.charges,
    refunds: provider.refunds,
    open: bench.store.allDeadLetters().filter(({ state }) => state !== 'closed'),
    triggered: options.triggers > 0,
    events: claim?.emissions.flatMap(({ events }) => events.map(({ type }) => type)) ?? [],
    trace,
  };
}
