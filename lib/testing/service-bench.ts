import type { Envelope } from '../contract/envelope.ts';
import { ChoreographyError } from '../contract/errors.ts';
import type { AnyService } from '../contract/service.ts';
import { createMemoryControl } from '../embedded/memory/control.ts';
import { createMemoryStore, type MemoryStore } from '../embedded/memory/store.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { buildCatalog } from '../runtime/message/catalog.ts';
import type { Clock } from '../runtime/ports/clock.ts';
import type { ReplayDelivery } from '../runtime/ports/delivery.ts';
import type { ReplayTask } from '../runtime/ports/replay-queue.ts';
import type { LogRecord } from '../runtime/ports/telemetry.ts';
import type { CommandOutcome, ServiceRuntime } from '../runtime/service-runtime.ts';
import { TEST_SAGA, TEST_TIME } from './message.ts';
import { createRerunProbe, type RerunProbe } from './rerun.ts';

/** One service on ports in memory, with a clock that jumps over every wait. */
export interface ServiceBench {
  readonly store: MemoryStore;
  readonly runtime: ServiceRuntime;
  /** Lets each reaction run twice while it is armed. */
  readonly rerun: RerunProbe;
  /** Everything published so far, in order. */
  readonly published: readonly Envelope[];
  /** Log records so far. */
  readonly log: readonly LogRecord[];
  /** Delivers a message, and lets the replay queue run out. */
  deliver(message: Envelope): Promise<CommandOutcome | undefined>;
}

/** Milliseconds that one invocation may take. */
const INVOCATION_MILLISECONDS = 60_000;
/** Deliveries from the replay queue for one message: a reaction that keeps failing is given up or stays parked by then. */
const REPLAYS_MAX = 60;

function createVirtualClock(start: number) {
  let now = start;
  return {
    now: () => now,
    async sleep(milliseconds: number) {
      now += milliseconds;
    },
  };
}

/** Half of the ceiling, always: a bench has no neighbours to keep apart from. */
function createTestEntropy() {
  let ids = 0;
  return {
    random: () => 0.5,
    uniqueId() {
      ids += 1;
      return `commit-${ids}`;
    },
  };
}

interface Queued {
  readonly task: ReplayTask;
  readonly attempt: number;
}

/** Lets the replay queue run out, waits included; what has not ended by then is dropped, and stays parked. */
async function runReplays(runtime: ServiceRuntime, queue: Queued[], clock: Clock): Promise<void> {
  for (let count = 1; queue.length > 0 && count <= REPLAYS_MAX; count += 1) {
    const { task, attempt } = queue.shift() as Queued;
    const delivery: ReplayDelivery = { task, source: { kind: 'queue', queue: 'replay', messageId: `replay-${count}` }, attempt };
    const [result] = await runtime.replay([delivery], { deadline: clock.now() + INVOCATION_MILLISECONDS });
    if (result?.status !== 'retry') continue;
    await clock.sleep(result.afterSeconds * 1000);
    queue.push({ task, attempt: attempt + 1 });
  }
  queue.length = 0;
}

/** A command begins a saga of its own; made-up messages that come after it belong to that one. */
function movedTo(saga: string, message: Envelope): Envelope {
  return message.correlationid === TEST_SAGA ? { ...message, correlationid: saga, partitionkey: saga } : message;
}

/** Delivers one message, as the only one of its batch. @throws NOT_FINISHED */
async function consumeOne({ name }: AnyService, runtime: ServiceRuntime, message: Envelope, arrivedAt: number): Promise<void> {
  const source = { kind: 'stream', stream: 'test', shard: '0', sequenceNumber: message.id } as const;
  const delivery = { body: JSON.stringify(message), source, arrivedAt };
  const [result] = await runtime.consume([delivery], { deadline: arrivedAt + INVOCATION_MILLISECONDS });
  if (result?.status === 'done') return;
  const why = result?.status === 'unfinished' ? result.reason : 'no result';
  throw new ChoreographyError('NOT_FINISHED', `${name} did not finish ${message.type}: ${why}.`);
}

/** Starts a service on its own ports in memory; messages to it are handled at once, and nothing waits in real time. @throws CLIENT_MISSING */
export function createServiceBench(service: AnyService, clients: Readonly<Record<string, object>> = {}): ServiceBench {
  const clock = createVirtualClock(Date.parse(TEST_TIME));
  const store = createMemoryStore({ clock });
  const rerun = createRerunProbe(store);
  const [published, log, queue]: [Envelope[], LogRecord[], Queued[]] = [[], [], []];
  const runtime = createRuntime({
    service,
    clients,
    ports: {
      store: rerun.store,
      publisher: {
        async publish(events) {
          published.push(...events);
          return events.map(() => ({ status: 'published' }));
        },
      },
      replayQueue: {
        async send(sends) {
          queue.push(...sends.map(({ task }) => ({ task, attempt: 1 })));
        },
      },
      control: createMemoryControl(),
      clock,
      entropy: createTestEntropy(),
      telemetry: { count: () => {}, time: () => {}, log: (record) => log.push(record) },
    },
  });
  const { subscriptions } = buildCatalog(service);
  let saga: string | undefined;
  return {
    store,
    runtime,
    rerun,
    published,
    log,
    async deliver(given) {
      const message = saga === undefined ? given : movedTo(saga, given);
      const known = subscriptions.get(message.type)?.message;
      if (known?.kind === 'command') {
        const call = { command: known, data: message.data, idempotencyKey: message.id, caller: message.source };
        const outcome = await runtime.execute(call, { deadline: clock.now() + INVOCATION_MILLISECONDS });
        saga = outcome.correlationId;
        return outcome;
      }
      await consumeOne(service, runtime, message, clock.now());
      await runReplays(runtime, queue, clock);
      return undefined;
    },
  };
}
