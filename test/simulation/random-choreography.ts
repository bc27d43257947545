// Small random choreographies that are complete by construction: whatever fails, every step that was done is undone.
import {
  type Choreography,
  client,
  commandType,
  defineChoreography,
  defineEntity,
  defineReaction,
  defineService,
  type EventType,
  eventType,
  type MessageSchema,
  type Reaction,
} from 'aws-choreography';
import type { Random } from '../../lib/embedded/random.ts';
import { type Bell, createBell, createDesk, type Desk, type DeskDouble, type WorldTime } from './outside-systems.ts';

interface SagaData {
  readonly id: string;
}
type SagaEvent = EventType<string, SagaData>;

function schema(type: string): MessageSchema {
  return {
    uri: `urn:aws-choreography:${type}:1`,
    sensitive: [],
    validate: (data) =>
      typeof (data as SagaData | null)?.id === 'string' ? [] : [{ path: '/id', expected: 'a text', received: typeof data }],
  };
}

const event = (type: string): SagaEvent => eventType<string, SagaData>({ type, version: 1, subject: 'id', schema: schema(type) });

/** How one step works. `shelf`: takes from a shared entity. `desk`: books outside. `priced`: books outside at a price it reads. */
export interface StepShape {
  readonly name: string;
  readonly service: string;
  readonly kind: 'shelf' | 'desk' | 'priced';
  /** It tells others when it gives up. */
  readonly tells: boolean;
  /** Share of sagas, in percent, for which it fails. */
  readonly failPercent: number;
  /** Share of sagas for which its code has a mistake at first. @default 20 */
  readonly mistakePercent?: number;
}

/** How much of a shelf is taken. */
export interface ShelfState {
  readonly taken: number;
}

export const Saga = defineEntity<{ status: 'open' | 'completed' | 'expired' | 'cancelled' }>('Saga');
export const Shelf = defineEntity<ShelfState>('Shelf');
export const Price = defineEntity<{ cents: number }>('Price');
export const Tally = defineEntity<{ count: number }>('Tally');
export const StartSaga = commandType<'StartSaga', { name: string }, SagaData>({
  type: 'StartSaga',
  version: 1,
  schema: { uri: 'urn:aws-choreography:StartSaga:1', sensitive: [], validate: () => [] },
});

/** Shelves that sagas share: few, so that they contend and come and go. */
export const SHELVES = 4;
export const DEADLINE_SECONDS = 900;
/** A priced step fails before it books when the last digit of the price is above this. */
const PRICE_CENTS_MAX = 6;
const PRICES = 10;
/** Milliseconds until a mistake in a reaction is mended. */
const DEPLOYED_MILLISECONDS = 2_500;
/** Share of sagas, in percent, that a desk cannot handle at first. */
const BROKEN_PERCENT = 20;
/** Shorter than the time to a redrive, so that keys are forgotten. */
const KEY_LIFETIME_HOURS = 0.25;
/** Longer than an outage, so that a message may wait for its end. */
const OUTAGE_KEY_LIFETIME_HOURS = 0.5;

/** A choreography with what is needed to judge its runs. */
export interface RandomChoreography {
  readonly choreography: Choreography;
  readonly steps: readonly StepShape[];
  readonly desks: Readonly<Record<string, DeskDouble>>;
  readonly bell: ReturnType<typeof createBell>;
  readonly time: WorldTime;
  /** `<service> <price>` of every price that was committed. */
  readonly prices: Set<string>;
}

/** Whether a step fails for a saga: decided by its id, so that a rerun decides the same. */
function failsFor(step: Pick<StepShape, 'name' | 'failPercent'>, id: string): boolean {
  let hash = 7;
  for (const character of `${step.name}/${id}`) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_003;
  return hash % 100 < step.failPercent;
}

function shelfOf(id: string): string {
  return `shelf-${id.charCodeAt(id.length - 1) % SHELVES}`;
}

/** How much a saga takes: not always the same, so that what comes back is not what was there. */
export function amountOf(id: string): number {
  return 1 + (id.charCodeAt(0) % 3);
}

function shapes(random: Random): readonly StepShape[] {
  const services = 1 + random.integer(2);
  return Array.from({ length: 1 + random.integer(4) }, (_, index) => ({
    name: `step${String.fromCharCode(65 + index)}`,
    service: `service-${1 + random.integer(services)}`,
    kind: random.pick(['shelf', 'shelf', 'desk', 'desk', 'priced'] as const),
    tells: random.chance(0.6),
    failPercent: random.integer(30),
  }));
}

const began = event('SagaBegun');
const finished = event('SagaFinished');
const cancelled = event('SagaCancelled');
const passed = event('DeadlinePassed');
const expired = event('SagaExpired');
/** Asks from outside that the saga ends now, as a deadline would. */
export const AbortRequested = event('AbortRequested');
/** Published from outside, by two sources that use the same ids. */
export const Signalled = event('SignalReceived');
/** What sets off the first step: published once more from outside, it must not be taken for the first. */
export const SagaBegun = began;

interface StepEvents {
  readonly done: SagaEvent;
  readonly failed: SagaEvent;
}

function shelfStep(shape: StepShape, on: SagaEvent, own: StepEvents, triggers: readonly SagaEvent[]): Reaction {
  return defineReaction({
    name: shape.name,
    on,
    emits: [own.done],
    fails: [own.failed],
    reads: ({ data }) => [[Shelf, shelfOf(data.id)] as const],
    async react({ data: { id } }, tx) {
      if (failsFor(shape, id)) return tx.fail(own.failed, { id });
      const shelf = await tx.get(Shelf, shelfOf(id));
      tx.put(Shelf, shelfOf(id), { taken: (shelf?.taken ?? 0) + amountOf(id) });
      const price = await tx.get(Price, 'now');
      tx.put(Price, 'now', { cents: (price?.cents ?? 0) + 1 });
      tx.emit(own.done, { id });
      return { id };
    },
    onGiveUp: shape.tells ? ({ data: { id } }, tx) => tx.fail(own.failed, { id }) : undefined,
    compensation: {
      on: triggers,
      async undo(_event, tx, { id }) {
        const shelf = await tx.get(Shelf, shelfOf(id));
        const taken = (shelf?.taken ?? 0) - amountOf(id);
        if (taken === 0) tx.delete(Shelf, shelfOf(id));
        else tx.put(Shelf, shelfOf(id), { taken });
      },
    },
  });
}

/** A mistake in a reaction, until the next deploy: it throws before it calls. Time begins with the first call of the world. */
function createMistake(time: WorldTime, failPercent: number): (id: string) => void {
  let first: number | undefined;
  return (id) => {
    first ??= time.now();
    if (failsFor({ name: 'mistake', failPercent }, id) && time.now() - first < DEPLOYED_MILLISECONDS)
      throw Object.assign(new Error('a mistake'), { retryable: false });
  };
}

function deskStep(
  shape: StepShape,
  on: SagaEvent,
  own: StepEvents,
  triggers: readonly SagaEvent[],
  time: WorldTime,
  keyLifetimeHours: number,
): Reaction<{ [name: string]: Desk }> {
  const checkMistake = createMistake(time, shape.mistakePercent ?? BROKEN_PERCENT);
  const declared: Record<string, ReturnType<typeof client<Desk>>> = {
    [shape.name]: client<Desk>({ keyLifetimeHours }),
  };
  const deskOf = ({ clients }: { readonly clients: { readonly [name: string]: Desk } }) => clients[shape.name] as Desk;
  return defineReaction({
    name: shape.name,
    on,
    emits: [own.done],
    fails: [own.failed],
    clients: declared,
    retry: { attempts: 3 },
    async react({ data: { id } }, tx) {
      checkMistake(id);
      const price = shape.kind === 'priced' ? ((await tx.get(Price, 'now'))?.cents ?? 0) : 0;
      if (price % PRICES > PRICE_CENTS_MAX) return tx.fail(own.failed, { id });
      if ((await deskOf(tx).book({ id, price, idempotencyKey: tx.idempotencyKey })) === 'full') return tx.fail(own.failed, { id });
      if (shape.kind === 'priced') tx.put(Price, 'now', { cents: price + 1 });
      tx.emit(own.done, { id });
      return { id, price };
    },
    onGiveUp: shape.tells ? ({ data: { id } }, tx) => tx.fail(own.failed, { id }) : undefined,
    compensation: {
      on: triggers,
      undo: (_event, tx, { id }) => deskOf(tx).cancel({ id, idempotencyKey: tx.idempotencyKey }),
    },
  });
}

function ownerReactions(last: SagaEvent, failures: readonly SagaEvent[]): readonly Reaction[] {
  const start = defineReaction({
    name: 'startSaga',
    on: StartSaga,
    emits: [began],
    schedules: [passed],
    react(_command, tx) {
      const id = tx.newId();
      tx.put(Saga, id, { status: 'open' });
      tx.emit(began, { id });
      tx.schedule(passed, { id }, { afterSeconds: DEADLINE_SECONDS });
      return { id };
    },
    compensation: {
      on: [...failures, expired],
      emits: [cancelled],
      async undo(_event, tx, { id }) {
        const saga = await tx.get(Saga, id);
        if (saga?.status !== 'open' && saga?.status !== 'expired') return;
        tx.put(Saga, id, { status: 'cancelled' });
        tx.emit(cancelled, { id });
      },
    },
  });
  const finish = defineReaction({
    name: 'finishSaga',
    on: last,
    emits: [finished],
    async react({ data: { id } }, tx) {
      const saga = await tx.get(Saga, id);
      if (saga?.status !== 'open') return;
      tx.put(Saga, id, { status: 'completed' });
      tx.emit(finished, { id });
    },
  });
  const expire = defineReaction({
    name: 'expireSaga',
    on: [passed, AbortRequested],
    emits: [expired],
    async react({ data: { id } }, tx) {
      const saga = await tx.get(Saga, id);
      if (saga?.status !== 'open') return;
      tx.put(Saga, id, { status: 'expired' });
      tx.emit(expired, { id });
    },
  });
  return [start, finish, expire];
}

/** Reactions without a compensation: one counts what comes from outside, one calls a system that knows no keys. */
const count = defineReaction({
  name: 'countSignals',
  on: Signalled,
  async react({ data: { id } }, tx) {
    const tally = await tx.get(Tally, id);
    tx.put(Tally, id, { count: (tally?.count ?? 0) + 1 });
  },
});
const ring = defineReaction({
  name: 'ringBell',
  on: [finished, cancelled],
  clients: { bell: client<Bell>() },
  delivery: 'at-most-once',
  react: ({ data: { id } }, tx) => tx.clients.bell.ring(id),
});

/** As in the names of a step's events. */
export const capital = (text: string) => `${text[0]?.toUpperCase()}${text.slice(1)}`;

/** A chain of one to four steps in one to three services, each with its way of failing and of being undone. */
export function randomChoreography(
  random: Random,
  outage?: readonly [number, number],
  given?: readonly StepShape[],
  /** A step hears of its own failure's consequences too. */
  hearsCancelled = true,
): RandomChoreography {
  const shaped = given ?? shapes(random);
  // In an outage the first step is one that waits for its end without telling anybody.
  const steps = outage ? shaped.map((shape, index) => (index === 0 ? { ...shape, kind: 'desk' as const, tells: false } : shape)) : shaped;
  const time: WorldTime = { now: () => 0 };
  const keyLifetimeHours = outage ? OUTAGE_KEY_LIFETIME_HOURS : KEY_LIFETIME_HOURS;
  const prices = new Set<string>();
  const events: StepEvents[] = steps.map(({ name }) => ({
    done: event(`${capital(name)}Completed`),
    failed: event(`${capital(name)}Failed`),
  }));
  const outside = steps.filter(({ kind }) => kind !== 'shelf');
  const desks = Object.fromEntries(
    outside.map((shape) => [
      shape.name,
      createDesk({
        time,
        isFull: (id) => failsFor(shape, id),
        isBroken: (id) => failsFor({ name: `broken ${shape.name}`, failPercent: BROKEN_PERCENT }, id),
        isCommitted: (price) => prices.has(`${shape.service} ${price}`),
        keyLifetimeHours,
        ...(outage ? { outage } : {}),
      }),
    ]),
  );
  const reactions = steps.map((shape, index) => {
    const later = events.slice(index + 1).map(({ failed }) => failed);
    const on = index === 0 ? began : (events[index - 1] as StepEvents).done;
    const make = shape.kind === 'shelf' ? shelfStep : deskStep;
    return {
      service: shape.service,
      reaction: make(
        shape,
        on,
        events[index] as StepEvents,
        hearsCancelled ? [...later, expired, cancelled] : [...later, expired],
        time,
        keyLifetimeHours,
      ) as Reaction,
    };
  });
  const names = [...new Set(steps.map(({ service }) => service))];
  const services = names.map((name) =>
    defineService({
      name,
      source: random.chance(0.35) ? 'bus' : 'stream',
      reactions: reactions.filter(({ service }) => service === name).map(({ reaction }) => reaction),
    }),
  );
  const last = (events.at(-1) as StepEvents).done;
  const owner = defineService({
    name: 'owner',
    reactions: ownerReactions(
      last,
      events.map(({ failed }) => failed),
    ),
  });
  const tower = defineService({ name: 'tower', reactions: [count, ring] });
  return {
    choreography: defineChoreography({ name: 'random', services: [owner, ...services, tower] }),
    steps,
    desks,
    bell: createBell(),
    time,
    prices,
  };
}
