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

interface SagaData {
  readonly id: string;
}

function schema(type: string): MessageSchema {
  return {
    uri: `urn:aws-choreography:${type}:1`,
    sensitive: [],
    validate: (data) =>
      typeof (data as SagaData | null)?.id === 'string' ? [] : [{ path: '/id', expected: 'a text', received: typeof data }],
  };
}

const event = (type: string): EventType<string, SagaData> =>
  eventType<string, SagaData>({ type, version: 1, subject: 'id', schema: schema(type) });

/** An outside system that a step books something with. */
interface Desk {
  book(request: { id: string; idempotencyKey: string }): Promise<'booked' | 'full'>;
  cancel(request: { id: string; idempotencyKey: string }): Promise<void>;
}

/** Counts what is booked, by key; like a payment provider it answers a repeated key with its first answer. */
export interface DeskDouble extends Desk {
  readonly booked: ReadonlyMap<string, string>;
  readonly cancelled: ReadonlySet<string>;
}

export function createDesk(isFull: (id: string) => boolean): DeskDouble {
  const answers = new Map<string, 'booked' | 'full'>();
  const booked = new Map<string, string>();
  const cancelled = new Set<string>();
  return {
    booked,
    cancelled,
    async book({ id, idempotencyKey }) {
      const known = answers.get(idempotencyKey);
      if (known) return known;
      const answer = isFull(id) ? 'full' : 'booked';
      answers.set(idempotencyKey, answer);
      if (answer === 'booked') booked.set(idempotencyKey, id);
      return answer;
    },
    async cancel({ id }) {
      cancelled.add(id);
    },
  };
}

/** How one step works. */
export interface StepShape {
  readonly name: string;
  readonly service: string;
  readonly outside: boolean;
  readonly tells: boolean;
  /** Share of sagas, in percent, for which it fails. */
  readonly failPercent: number;
}

export const Saga = defineEntity<{ status: 'open' | 'completed' | 'expired' | 'cancelled' }>('Saga');
export const Shelf = defineEntity<{ free: number; taken: number }>('Shelf');
export const StartSaga = commandType<'StartSaga', { name: string }, SagaData>({
  type: 'StartSaga',
  version: 1,
  schema: { uri: 'urn:aws-choreography:StartSaga:1', sensitive: [], validate: () => [] },
});

/** Shelves that sagas share: few, so that they contend. */
export const SHELVES = 3;
export const SHELF_SIZE = 1_000_000;
export const DEADLINE_SECONDS = 900;

/** A choreography with what is needed to judge its runs. */
export interface RandomChoreography {
  readonly choreography: Choreography;
  readonly steps: readonly StepShape[];
  readonly desks: Readonly<Record<string, DeskDouble>>;
}

/** Whether a step fails for a saga: decided by its id, so that a rerun decides the same. */
export function failsFor(step: Pick<StepShape, 'name' | 'failPercent'>, id: string): boolean {
  let hash = 7;
  for (const character of `${step.name}/${id}`) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_003;
  return hash % 100 < step.failPercent;
}

export function shelfOf(id: string): string {
  return `shelf-${id.charCodeAt(id.length - 1) % SHELVES}`;
}

function shapes(random: Random): readonly StepShape[] {
  const services = 1 + random.integer(4);
  return Array.from({ length: 1 + random.integer(4) }, (_, index) => ({
    name: `step${String.fromCharCode(65 + index)}`,
    service: `service-${1 + random.integer(services)}`,
    outside: random.chance(0.5),
    tells: random.chance(0.7),
    failPercent: random.integer(30),
  }));
}

const began = event('SagaBegun');
const finished = event('SagaFinished');
const cancelledEvent = event('SagaCancelled');
const passed = event('DeadlinePassed');
const expired = event('SagaExpired');

interface StepEvents {
  readonly done: EventType<string, SagaData>;
  readonly failed: EventType<string, SagaData>;
}

function stepReaction(
  shape: StepShape,
  on: EventType<string, SagaData>,
  own: StepEvents,
  triggers: readonly EventType<string, SagaData>[],
): Reaction<{ desk: Desk } | {}> {
  const takeShelf = { name: shape.name, on, emits: [own.done], fails: [own.failed] };
  const tell = shape.tells
    ? {
        onGiveUp: ({ data }: { data: SagaData }, tx: { fail(event: typeof own.failed, data: SagaData): never }) =>
          tx.fail(own.failed, { id: data.id }),
      }
    : {};
  if (shape.outside) {
    return defineReaction({
      ...takeShelf,
      clients: { [shape.name]: client<Desk>() } as Record<string, ReturnType<typeof client<Desk>>>,
      async react({ data: { id } }, tx) {
        const desk = (tx.clients as Record<string, Desk>)[shape.name] as Desk;
        if ((await desk.book({ id, idempotencyKey: tx.idempotencyKey })) === 'full') return tx.fail(own.failed, { id });
        tx.emit(own.done, { id });
        return { id };
      },
      ...(tell as object),
      compensation: {
        on: triggers,
        async undo(_event, tx, { id }) {
          await ((tx.clients as Record<string, Desk>)[shape.name] as Desk).cancel({ id, idempotencyKey: tx.idempotencyKey });
        },
      },
    }) as never;
  }
  return defineReaction({
    ...takeShelf,
    reads: ({ data }) => [[Shelf, shelfOf(data.id)] as const],
    async react({ data: { id } }, tx) {
      if (failsFor(shape, id)) return tx.fail(own.failed, { id });
      const shelf = (await tx.get(Shelf, shelfOf(id))) ?? { free: SHELF_SIZE, taken: 0 };
      tx.put(Shelf, shelfOf(id), { free: shelf.free - 1, taken: shelf.taken + 1 });
      tx.emit(own.done, { id });
      return { id };
    },
    ...(tell as object),
    compensation: {
      on: triggers,
      async undo(_event, tx, { id }) {
        const shelf = await tx.get(Shelf, shelfOf(id));
        if (shelf) tx.put(Shelf, shelfOf(id), { free: shelf.free + 1, taken: shelf.taken - 1 });
      },
    },
  }) as never;
}

function ownerReactions(last: EventType<string, SagaData>, failures: readonly EventType<string, SagaData>[]) {
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
      emits: [cancelledEvent],
      async undo(_event, tx, { id }) {
        const saga = await tx.get(Saga, id);
        if (saga?.status !== 'open' && saga?.status !== 'expired') return;
        tx.put(Saga, id, { status: 'cancelled' });
        tx.emit(cancelledEvent, { id });
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
    on: passed,
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

/** A chain of one to four steps in one to four services, each with its way of failing and of being undone. */
export function randomChoreography(random: Random): RandomChoreography {
  const steps = shapes(random);
  const events: StepEvents[] = steps.map(({ name }) => ({
    done: event(`${name[0]?.toUpperCase()}${name.slice(1)}Completed`),
    failed: event(`${name[0]?.toUpperCase()}${name.slice(1)}Failed`),
  }));
  const desks = Object.fromEntries(
    steps.filter(({ outside }) => outside).map((shape) => [shape.name, createDesk((id) => failsFor(shape, id))]),
  );
  const reactions = steps.map((shape, index) => {
    // A step that gave up may have called: its own failure event undoes nothing here, but the ones after it do.
    const later = events.slice(index + 1).map(({ failed }) => failed);
    const on = index === 0 ? began : (events[index - 1] as StepEvents).done;
    return { service: shape.service, reaction: stepReaction(shape, on, events[index] as StepEvents, [...later, expired]) };
  });
  const names = [...new Set(steps.map(({ service }) => service))];
  const services = names.map((name) =>
    defineService({ name, reactions: reactions.filter(({ service }) => service === name).map(({ reaction }) => reaction) as Reaction[] }),
  );
  const owner = defineService({
    name: 'owner',
    reactions: ownerReactions(
      (events.at(-1) as StepEvents).done,
      events.map(({ failed }) => failed),
    ) as Reaction[],
  });
  return { choreography: defineChoreography({ name: 'random', services: [owner, ...services] }), steps, desks };
}
