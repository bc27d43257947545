// One service on the memory store, with a clock that jumps over waits, and a place to break each port.
import { type EventType, eventType, type MessageSchema, type Service } from 'aws-choreography';
import { ChoreographyError, type Envelope } from '../../lib/contract/index.ts';
import type { Settings } from '../../lib/contract/settings.ts';
import { createMemoryControl } from '../../lib/embedded/memory/control.ts';
import { createMemoryStore, type MemoryStore } from '../../lib/embedded/memory/store.ts';
import { createRuntime } from '../../lib/runtime/create-runtime.ts';
import type { Unit } from '../../lib/runtime/journal/unit.ts';
import type { Delivery, DeliveryResult } from '../../lib/runtime/ports/delivery.ts';
import type { PublishOutcome } from '../../lib/runtime/ports/publisher.ts';
import type { ReplaySend, ReplayTask } from '../../lib/runtime/ports/replay-queue.ts';
import type { Store, UnitOutcome } from '../../lib/runtime/ports/store.ts';
import type { LogRecord } from '../../lib/runtime/ports/telemetry.ts';
import type { WriterSchemas } from '../../lib/runtime/ports/writer-schemas.ts';
import type { RuntimeOptions, ServiceRuntime, SweepReport } from '../../lib/runtime/service-runtime.ts';
import { TEST_TIME } from '../../lib/testing/message.ts';

export interface Data {
  readonly id: string;
  readonly quantity?: number;
}

const schema = (type: string): MessageSchema => ({
  uri: `urn:aws-choreography:${type}:1`,
  sensitive: [],
  validate: (data) =>
    typeof (data as Data | null)?.id === 'string' ? [] : [{ path: '/id', expected: 'a text', received: typeof (data as Data | null)?.id }],
});

/** An event with an id in its data. */
export function event<Name extends string>(type: Name): EventType<Name, Data> {
  return eventType<Name, Data>({ type, version: 1, subject: 'id', schema: schema(type) });
}

/** A message of it; the id is the message's, its saga's and the data's unless they are given. */
export function messageOf(type: EventType, id: string, changes: Partial<Envelope> = {}): Envelope {
  const saga = changes.correlationid ?? `saga-${id}`;
  return {
    specversion: '1.0',
    id,
    source: 'test',
    type: type.type,
    subject: id,
    time: TEST_TIME,
    datacontenttype: 'application/json',
    dataschema: type.schema.uri,
    data: { id },
    correlationid: saga,
    causationid: id,
    partitionkey: saga,
    hops: 0,
    ...changes,
  };
}

type Commit = Store['commit'];
/** Stands in for one commit; `go` is the real one. */
export type CommitFault = (units: readonly Unit[], go: Commit) => Promise<readonly UnitOutcome[]>;

export const pass: CommitFault = (units, go) => go(units);
export const conflict: CommitFault = async (units) => units.map(() => ({ status: 'conflict' }));
export const throttled: CommitFault = async () => {
  throw new ChoreographyError('STORE_THROTTLED', 'throttled', { retryable: true });
};
export const lostBefore: CommitFault = async () => {
  throw new ChoreographyError('COMMIT_AMBIGUOUS', 'no answer', { retryable: true });
};
export const lostAfter: CommitFault = async (units, go) => {
  await go(units);
  throw new ChoreographyError('COMMIT_AMBIGUOUS', 'no answer', { retryable: true });
};

let ids = 0;

/** What a rig is made with. */
export interface RigOptions {
  readonly clients?: Readonly<Record<string, object>>;
  readonly settings?: Partial<Settings>;
  readonly store?: MemoryStore;
  readonly writerSchemas?: WriterSchemas;
}

/** A service under test. */
export interface Rig {
  readonly store: MemoryStore;
  readonly options: RuntimeOptions;
  readonly clock: { now(): number; sleep(milliseconds: number): Promise<void> };
  /** Faults of the next commits, in order. */
  readonly commits: CommitFault[];
  /** Every transaction that was sent. */
  readonly sent: (readonly Unit[])[];
  /** Answers of the next publish calls; `Error`: it throws. */
  readonly publishing: ((events: readonly Envelope[]) => readonly PublishOutcome[] | Error)[];
  readonly published: Envelope[];
  readonly waves: (readonly Envelope[])[];
  readonly queue: ReplaySend[];
  readonly control: ReturnType<typeof createMemoryControl>;
  readonly log: LogRecord[];
  counted(name: string): number;
  runtime: ServiceRuntime;
  /** The process dies: every port throws until `restart`. */
  die(): void;
  restart(): void;
  deliver(...bodies: readonly (Envelope | string)[]): Promise<readonly DeliveryResult[]>;
  replay(task: ReplayTask, attempt?: number): Promise<DeliveryResult>;
  /** Wakes a saga, once its time has come. */
  wake(saga: string): Promise<DeliveryResult>;
  sweep(): Promise<SweepReport>;
  later(seconds: number): void;
}

export function deliveriesOf(bodies: readonly (Envelope | string)[], arrivedAt: number): readonly Delivery[] {
  return bodies.map((body, index) => ({
    body: typeof body === 'string' ? body : JSON.stringify(body),
    source: { kind: 'stream', stream: 'events', shard: '0', sequenceNumber: `${index + 1}` },
    arrivedAt,
  }));
}

function brittle<Port extends object>(port: Port, isDead: () => boolean): Port {
  const entries = Object.entries(port).map(([name, method]) => [
    name,
    async (...args: unknown[]) => {
      if (isDead()) throw new Error('this process is dead');
      return (method as (...args: unknown[]) => unknown)(...args);
    },
  ]);
  return { ...port, ...Object.fromEntries(entries) };
}

// biome-ignore lint/suspicious/noExplicitAny: a service is invariant in its clients; only `any` admits every one of them
export function createRig(service: Service<any>, { clients = {}, settings = {}, store: given, writerSchemas }: RigOptions = {}): Rig {
  let now = Date.parse(TEST_TIME);
  let dead = false;
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      now += milliseconds;
    },
  };
  const store = given ?? createMemoryStore({ clock });
  const counts = new Map<string, number>();
  const [commits, sent, publishing, published, waves, queue, log] = [[], [], [], [], [], [], []] as unknown as [
    Rig['commits'],
    Rig['sent'],
    Rig['publishing'],
    Envelope[],
    Rig['waves'],
    ReplaySend[],
    LogRecord[],
  ];
  const control = createMemoryControl();
  const commit: Commit = async (units) => {
    sent.push(units);
    return (commits.shift() ?? pass)(units, store.commit);
  };
  async function publish(events: readonly Envelope[]): Promise<readonly PublishOutcome[]> {
    waves.push(events);
    const outcomes = publishing.shift()?.(events) ?? events.map(() => ({ status: 'published' as const }));
    if (outcomes instanceof Error) throw outcomes;
    published.push(...events.filter((_, index) => outcomes[index]?.status === 'published'));
    return outcomes;
  }
  const isDead = (): boolean => dead;
  const options: RuntimeOptions = {
    service,
    clients,
    settings,
    ports: {
      store: brittle({ ...store, commit }, isDead),
      publisher: brittle({ publish }, isDead),
      replayQueue: brittle({ send: async (sends: readonly ReplaySend[]) => void queue.push(...sends) }, isDead),
      control,
      clock,
      ...(writerSchemas ? { writerSchemas } : {}),
      entropy: { random: () => 0.5, uniqueId: () => `commit-${String(++ids).padStart(6, '0')}` },
      telemetry: {
        count: (name, _labels, value = 1) => counts.set(name, (counts.get(name) ?? 0) + value),
        time: () => {},
        log: (record) => log.push(record),
      },
    },
  };
  const invocation = () => ({ deadline: now + 60_000 });
  const rig: Rig = {
    ...{ store, options, clock, commits, sent, publishing, published, waves, queue, control, log },
    counted: (name) => counts.get(name) ?? 0,
    runtime: createRuntime(options),
    die() {
      dead = true;
    },
    restart() {
      dead = false;
      rig.runtime = createRuntime(options);
    },
    deliver: (...bodies) => rig.runtime.consume(deliveriesOf(bodies, now), invocation()),
    async replay(task, attempt = 1) {
      const [result] = await rig.runtime.replay(
        [{ task, source: { kind: 'queue', queue: 'replay', messageId: 'm' }, attempt }],
        invocation(),
      );
      return result as DeliveryResult;
    },
    async wake(saga) {
      const marker = store.allMarkers().find((one) => one.saga === saga);
      now = Math.max(now, marker?.wakeAt ?? 0);
      return rig.replay({ kind: 'wake', saga });
    },
    sweep: () => rig.runtime.sweep(invocation()),
    later(seconds) {
      now += seconds * 1000;
    },
  };
  return rig;
}

/** Dead letters as `CODE id`, sorted. */
export function letters({ store }: Pick<Rig, 'store'>): readonly string[] {
  return store
    .allDeadLetters()
    .map(({ error, message }) => `${error.code} ${message?.id ?? '-'}`)
    .sort();
}

/** Claims as `reaction message state`, sorted. */
export function claims({ store }: Pick<Rig, 'store'>): readonly string[] {
  return store
    .allClaims()
    .map(({ reaction, message, state }) => `${reaction} ${message?.id ?? '-'} ${state}`)
    .sort();
}

export const statuses = (results: readonly DeliveryResult[]): readonly string[] => results.map(({ status }) => status);
