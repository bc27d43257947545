import type { Envelope } from '../../../lib/contract/envelope.ts';
import { eventType } from '../../../lib/contract/message-type.ts';
import type { Reaction } from '../../../lib/contract/reaction.ts';
import type { RunnableReaction } from '../../../lib/contract/reaction-checks.ts';
import { defineService, reactionsOf } from '../../../lib/contract/service.ts';
import { checkSettings } from '../../../lib/contract/settings.ts';
import { createMemoryStore, type MemoryStore } from '../../../lib/embedded/memory/store.ts';
import type { RuntimeContext } from '../../../lib/runtime/context.ts';
import { createHealth } from '../../../lib/runtime/health.ts';
import type { Claim } from '../../../lib/runtime/journal/claim.ts';
import { keyText } from '../../../lib/runtime/journal/item-key.ts';
import type { Unit } from '../../../lib/runtime/journal/unit.ts';
import { buildCatalog } from '../../../lib/runtime/message/catalog.ts';
import type { Store } from '../../../lib/runtime/ports/store.ts';
import { noTelemetry } from '../../../lib/runtime/ports/telemetry.ts';
import { createRateLimit } from '../../../lib/runtime/rate.ts';
import { createRetryBudget } from '../../../lib/runtime/retry-budget.ts';
import type { TaskResult } from '../../../lib/runtime/tasks/outcome.ts';
import { perform } from '../../../lib/runtime/tasks/perform.ts';
import type { TaskEnvironment } from '../../../lib/runtime/tasks/run-reaction.ts';
import { createTask, type Task } from '../../../lib/runtime/tasks/task.ts';
import { createWorkspace } from '../../../lib/runtime/transaction/workspace.ts';
import { envelope, schemaOf } from '../message/sample.ts';

export const NOW = Date.parse('2026-01-01T00:00:00.000Z');

/** Events of a payment, all with an order id. */
const event = <Name extends string>(type: Name) =>
  eventType<Name, { orderId: string }>({ type, version: 1, subject: 'orderId', schema: schemaOf(type, 1, { orderId: 'string' }) });
export const OrderPlaced = event('OrderPlaced');
export const OrderCancelled = event('OrderCancelled');
export const OrderExpired = event('OrderExpired');
export const PaymentCharged = event('PaymentCharged');
export const PaymentFailed = event('PaymentFailed');
export const PaymentRefunded = event('PaymentRefunded');

/** A message of one of these types. */
export function message(
  type: { readonly type: string; readonly schema: { readonly uri: string } },
  overrides: Partial<Envelope> = {},
): Envelope {
  return envelope({ id: type.type, type: type.type, dataschema: type.schema.uri, data: { orderId: 'o-1' }, ...overrides });
}

/** What a bench runs on. */
export interface BenchOptions {
  readonly clients?: Readonly<Record<string, object>>;
  /** The store as the tasks see it. @default - the memory store itself */
  readonly around?: (store: Store) => Store;
}

/** The inner runtime on a memory store: one task at a time, without batches. */
export interface Bench {
  readonly store: MemoryStore;
  readonly clock: { time: number };
  readonly context: RuntimeContext;
  task(reaction: string, role: Task['role'], about: Envelope, more?: Partial<Parameters<typeof createTask>[0]>): Task;
  /** One round: what `perform` says, not committed. */
  round(task: Task): Promise<TaskResult>;
  /** Rounds until one is committed, or there is nothing to commit. */
  run(task: Task): Promise<TaskResult>;
  commit(unit: Unit): Promise<boolean>;
  claim(task: Task): Claim | undefined;
}

const ROUNDS_MAX = 20;

export function createBench(
  reactions: readonly Reaction<never>[] | readonly Reaction[],
  { clients = {}, around = (store) => store }: BenchOptions = {},
): Bench {
  const clock = { time: NOW };
  const now = { now: () => clock.time, sleep: async () => {} };
  const memory = createMemoryStore({ clock: now });
  const store = around(memory);
  const service = defineService({ name: 'payment', reactions: reactions as readonly Reaction[] });
  let ids = 0;
  const uniqueId = () => {
    ids += 1;
    return `commit-${ids}`;
  };
  const unused = (() => {
    throw new Error('not used here');
  }) as never;
  const context: RuntimeContext = {
    rebuildable: false,
    service: service.name,
    catalog: buildCatalog(service),
    ports: {
      store,
      clock: now,
      entropy: { random: () => 0.5, uniqueId },
      telemetry: noTelemetry,
      publisher: { publish: unused },
      replayQueue: { send: unused },
      control: { consumer: unused, setConsumer: unused },
    },
    clients,
    settings: checkSettings(),
    health: createHealth(store, now),
    rate: createRateLimit(undefined, now),
    commandLimit: () => 0,
    retryBudget: createRetryBudget(checkSettings()),
  };
  const found = new Map(reactionsOf(service).map((reaction): [string, RunnableReaction] => [reaction.name, reaction]));
  async function commit(unit: Unit): Promise<boolean> {
    const [outcome] = await store.commit([unit]);
    if (outcome?.status === 'invalid') throw new Error(outcome.reason);
    return outcome?.status === 'committed';
  }
  const round = async (task: Task): Promise<TaskResult> => {
    const environment: TaskEnvironment = { context, workspace: createWorkspace(store), commitNow: commit };
    return perform(environment, task);
  };
  return {
    store: memory,
    clock,
    context,
    commit,
    round,
    task(reaction, role, about, more = {}) {
      const source = { kind: 'stream' as const, stream: 's', shard: '0', sequenceNumber: '1' };
      return createTask({
        reaction: found.get(reaction) as RunnableReaction,
        role,
        message: about,
        original: about,
        source,
        redriven: false,
        ...more,
      });
    },
    async run(task) {
      for (let count = 1; count <= ROUNDS_MAX; count += 1) {
        const result = await round(task);
        if (result.kind === 'conflict') continue;
        if (result.kind !== 'unit' || (await commit(result.unit))) return result;
      }
      throw new Error(`still not through after ${ROUNDS_MAX} rounds`);
    },
    claim: (task) => memory.allClaims().find(({ key }) => keyText(key) === keyText(task.key)),
  };
}

/** In short, how a task ended. */
export function outcomeOf(result: TaskResult): string {
  if (result.kind === 'failed') return `failed: ${(result.error as { code?: string }).code ?? (result.error as Error).message}`;
  if (result.kind === 'wait' || result.kind === 'conflict') return result.kind;
  const { status, code } = result.outcome;
  return code === undefined ? status : `${status} ${code}`;
}
