// Small random sagas of which some can end half done: steps in a tree, each hearing most failures, sometimes not the right ones.
import {
  type Choreography,
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
type SagaEvent = EventType<string, SagaData>;

/** What a step does for one saga. `break`: a technical failure for good. `slow` and `fail late`: a second later. */
export type Behaviour = 'succeed' | 'fail' | 'fail late' | 'break' | 'slow';

/** Says what a step does; set by whoever runs the world. */
export interface Director {
  decide(step: string, id: string): Behaviour;
  sleep(milliseconds: number): Promise<void>;
}

const SLOW_MILLISECONDS = 1_000;
export const DEADLINE_SECONDS = 900;

const schema = (type: string): MessageSchema => ({ uri: `urn:aws-choreography:${type}:1`, sensitive: [], validate: () => [] });
const event = (type: string): SagaEvent => eventType<string, SagaData>({ type, version: 1, subject: 'id', schema: schema(type) });

export const StartSaga = commandType<'StartSaga', { name: string }, SagaData>({
  type: 'StartSaga',
  version: 1,
  schema: schema('StartSaga'),
});
export const AbortRequested = event('AbortRequested');
const [rejected, begun, finished, cancelled, passed, expired] = [
  event('SagaRejected'),
  event('SagaBegun'),
  event('SagaFinished'),
  event('SagaCancelled'),
  event('DeadlinePassed'),
  event('SagaExpired'),
];
const Saga = defineEntity<{ status: 'open' | 'completed' | 'rejected' | 'expired' | 'cancelled' }>('Saga');
const Work = defineEntity<{ done: boolean }>('Work');

interface StepEvents {
  readonly done: SagaEvent;
  readonly failed: SagaEvent;
  readonly undone: SagaEvent;
}

interface Shape {
  readonly name: string;
  readonly service: string;
  readonly on: SagaEvent;
  readonly own: StepEvents;
  readonly triggers: readonly SagaEvent[];
  readonly tells: boolean;
  readonly tellsUndone: boolean;
}

function stepOf({ name, on, own, triggers, tells, tellsUndone }: Shape, director: Director): Reaction {
  return defineReaction({
    name,
    on,
    emits: [own.done],
    fails: [own.failed],
    retry: { attempts: 2 },
    async react({ data: { id } }, tx) {
      const behaviour = director.decide(name, id);
      if (behaviour === 'break') throw Object.assign(new Error(`${name} is broken`), { retryable: false });
      if (behaviour === 'slow' || behaviour === 'fail late') await director.sleep(SLOW_MILLISECONDS);
      if (behaviour === 'fail' || behaviour === 'fail late') return tx.fail(own.failed, { id });
      tx.put(Work, `${name} ${id}`, { done: true });
      tx.emit(own.done, { id });
      return { id };
    },
    onGiveUp: tells ? ({ data: { id } }, tx) => tx.fail(own.failed, { id }) : undefined,
    compensation: {
      on: triggers,
      emits: tellsUndone ? [own.undone] : [],
      async undo(_event, tx, { id }) {
        await tx.get(Work, `${name} ${id}`);
        tx.delete(Work, `${name} ${id}`);
        if (tellsUndone) tx.emit(own.undone, { id });
      },
    },
  });
}

interface OwnerShape {
  readonly last: SagaEvent;
  readonly triggers: readonly SagaEvent[];
  readonly hasDeadline: boolean;
  readonly finishIsStep: boolean;
  readonly finishTells: boolean;
  /** Failures that the owner takes and tells on as one of its own. */
  readonly rejects: readonly SagaEvent[];
}

function ownerOf({ last, triggers, hasDeadline, finishIsStep, finishTells, rejects }: OwnerShape): readonly Reaction[] {
  const start = defineReaction({
    name: 'startSaga',
    on: StartSaga,
    emits: [begun],
    schedules: hasDeadline ? [passed] : [],
    react(_command, tx) {
      const id = tx.newId();
      tx.put(Saga, id, { status: 'open' });
      tx.emit(begun, { id });
      if (hasDeadline) tx.schedule(passed, { id }, { afterSeconds: DEADLINE_SECONDS });
      return { id };
    },
    compensation: {
      on: triggers,
      emits: [cancelled],
      async undo(_event, tx, { id }) {
        const saga = await tx.get(Saga, id);
        if (saga === undefined || saga.status === 'completed' || saga.status === 'cancelled') return;
        tx.put(Saga, id, { status: 'cancelled' });
        tx.emit(cancelled, { id });
      },
    },
  });
  const end = (
    name: string,
    on: readonly SagaEvent[],
    status: 'completed' | 'rejected' | 'expired',
    says?: SagaEvent,
    undoneBy?: SagaEvent,
  ) =>
    defineReaction({
      name,
      on,
      emits: says ? [says] : [],
      async react({ data: { id } }, tx) {
        const saga = await tx.get(Saga, id);
        if (saga?.status !== 'open') return;
        tx.put(Saga, id, { status });
        if (says) tx.emit(says, { id });
      },
      ...(undoneBy ? { compensation: { on: undoneBy, undo: () => {} } } : {}),
    });
  return [
    start,
    end('finishSaga', [last], 'completed', finishTells ? finished : undefined, finishIsStep ? expired : undefined),
    ...(rejects.length > 0 ? [end('rejectSaga', rejects, 'rejected', rejected)] : []),
    end('expireSaga', [passed, AbortRequested], 'expired', expired),
  ];
}

const letter = (index: number): string => String.fromCharCode(65 + index);

function shapesOf(random: Random, relayed: boolean): readonly Shape[] {
  const count = 2 + random.integer(3);
  const services = 1 + random.integer(3);
  const hears = random.pick([0.7, 0.9, 1]);
  const backward = random.chance(0.2);
  const hearsEach = relayed ? random.pick([0, 0.4]) : hears;
  const events = Array.from({ length: count }, (_, index): StepEvents => {
    const name = `Step${letter(index)}`;
    return { done: event(`${name}Completed`), failed: event(`${name}Failed`), undone: event(`${name}Undone`) };
  });
  return events.map((own, index): Shape => {
    const before = index === 0 || random.chance(0.15) ? undefined : events[random.chance(0.75) ? index - 1 : random.integer(index)];
    const others = events.filter((other) => other !== own).map(({ failed }) => failed);
    const ends = [...(relayed ? [rejected] : []), expired].filter(() => random.chance(hears));
    const heard = [...others.filter(() => random.chance(hearsEach)), ...ends];
    const chained = backward && index + 1 < count ? [(events[index + 1] as StepEvents).undone] : [];
    return {
      name: `step${letter(index)}`,
      service: `service-${1 + random.integer(services)}`,
      on: before?.done ?? begun,
      own,
      triggers: random.chance(0.15) && chained.length > 0 ? chained : [...heard, ...chained],
      tells: random.chance(0.6),
      tellsUndone: backward || random.chance(0.3),
    };
  });
}

/** A saga in a tree of steps, as `director` has it played. */
export function randomSaga(random: Random, director: Director): Choreography {
  const relayed = random.chance(0.3);
  const shapes = shapesOf(random, relayed).map((shape) => (shape.triggers.length > 0 ? shape : { ...shape, triggers: [expired] }));
  const failures = shapes.map(({ own }) => own.failed);
  const hears = random.pick([0.8, 1, 1]);
  const some = (chance: number) => failures.filter(() => random.chance(chance));
  const names = [...new Set(shapes.map(({ service }) => service))];
  const services = names.map((name) =>
    defineService({
      name,
      source: random.chance(0.35) ? 'bus' : 'stream',
      reactions: shapes.filter(({ service }) => service === name).map((shape) => stepOf(shape, director)),
    }),
  );
  const owner = defineService({
    name: 'owner',
    reactions: ownerOf({
      last: (shapes.at(-1) as Shape).own.done,
      triggers: [...some(relayed ? 0.3 : hears), ...(relayed ? [rejected] : []), expired],
      hasDeadline: random.chance(0.85),
      finishIsStep: random.chance(0.4),
      finishTells: random.chance(0.7),
      rejects: relayed ? some(hears) : [],
    }),
  });
  return defineChoreography({ name: 'random', services: [owner, ...services] });
}
