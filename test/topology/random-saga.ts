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

/** What a step does for one saga. `break`: a technical failure for good. `slow` and `fail late`: a second later. `rejectSaga` parks a saga on `fail`. */
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
const [rejected, parked, begun, finished, cancelled, passed, expired] = [
  event('SagaRejected'),
  event('SagaParked'),
  event('SagaBegun'),
  event('SagaFinished'),
  event('SagaCancelled'),
  event('DeadlinePassed'),
  event('SagaExpired'),
];
const Saga = defineEntity<{ status: 'open' | 'completed' | 'rejected' | 'parked' | 'expired' | 'cancelled' }>('Saga');
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
  /** It has no compensation, so it is no step of the saga. */
  readonly isPivot: boolean;
  readonly schedulesDeadline: boolean;
}

function stepOf({ name, on, own, triggers, tells, tellsUndone, isPivot, schedulesDeadline }: Shape, director: Director): Reaction {
  return defineReaction({
    name,
    on,
    emits: [own.done],
    fails: [own.failed],
    schedules: schedulesDeadline ? [passed] : [],
    retry: { attempts: 2 },
    async react({ data: { id } }, tx) {
      const behaviour = director.decide(name, id);
      if (behaviour === 'break') throw Object.assign(new Error(`${name} is broken`), { retryable: false });
      if (behaviour === 'slow' || behaviour === 'fail late') await director.sleep(SLOW_MILLISECONDS);
      if (behaviour === 'fail' || behaviour === 'fail late') return tx.fail(own.failed, { id });
      tx.put(Work, `${name} ${id}`, { done: true });
      tx.emit(own.done, { id });
      if (schedulesDeadline) tx.schedule(passed, { id }, { afterSeconds: DEADLINE_SECONDS });
      return { id };
    },
    onGiveUp: tells ? ({ data: { id } }, tx) => tx.fail(own.failed, { id }) : undefined,
    compensation: isPivot
      ? undefined
      : {
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
  /** Instead of rejecting it may park a saga, which undoes nothing. */
  readonly parks: boolean;
  /** What undoes the end besides. */
  readonly vetoes: readonly SagaEvent[];
}

function startOf({ triggers, hasDeadline }: OwnerShape): Reaction {
  return defineReaction({
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
}

function rejectOf({ rejects, parks }: OwnerShape, director: Director): Reaction {
  return defineReaction({
    name: 'rejectSaga',
    on: rejects,
    emits: parks ? [rejected, parked] : [rejected],
    async react({ data: { id } }, tx) {
      const saga = await tx.get(Saga, id);
      if (saga?.status !== 'open') return;
      const isParked = parks && director.decide('rejectSaga', id) === 'fail';
      tx.put(Saga, id, { status: isParked ? 'parked' : 'rejected' });
      tx.emit(isParked ? parked : rejected, { id });
    },
  });
}

function ownerOf(shape: OwnerShape, director: Director): readonly Reaction[] {
  const { last, finishIsStep, finishTells, rejects, vetoes } = shape;
  const end = (
    name: string,
    on: readonly SagaEvent[],
    status: 'completed' | 'expired',
    says?: SagaEvent,
    undoneBy: readonly SagaEvent[] = [],
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
      ...(undoneBy.length > 0 ? { compensation: { on: undoneBy, undo: () => {} } } : {}),
    });
  return [
    startOf(shape),
    end('finishSaga', [last], 'completed', finishTells ? finished : undefined, finishIsStep ? [expired, ...vetoes] : []),
    ...(rejects.length > 0 ? [rejectOf(shape, director)] : []),
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
      isPivot: false,
      schedulesDeadline: false,
    };
  });
}

/** Some steps without a compensation. */
function withPivots(shapes: readonly Shape[], random: Random): readonly Shape[] {
  const share = random.pick([0, 0, 0.3]);
  return shapes.map((shape) => ({ ...shape, isPivot: random.chance(share) }));
}

/**
 * With a step whose success is what undoes all steps, itself included: they hear it instead of some failures. A failure that
 * undoes this step before it runs leaves them without.
 */
function withVeto(shapes: readonly Shape[], random: Random): { readonly shapes: readonly Shape[]; readonly vetoes: readonly SagaEvent[] } {
  if (!random.chance(0.2)) return { shapes, vetoes: [] };
  const own = { done: event('StepVCompleted'), failed: event('StepVFailed'), undone: event('StepVUndone') };
  const failures = shapes.map(({ own: { failed } }) => failed);
  const others = shapes.map((shape) => ({
    ...shape,
    triggers: [...shape.triggers.filter((one) => !failures.includes(one) || random.chance(0.6)), own.failed, own.done],
  }));
  const veto: Shape = {
    ...(shapes[0] as Shape),
    name: 'stepV',
    service: random.chance(0.5) ? (shapes[0] as Shape).service : 'service-veto',
    on: random.pick([begun, ...shapes.map((shape) => shape.on), (shapes[0] as Shape).own.done]),
    own,
    triggers: [...failures.filter(() => random.chance(0.8)), expired, own.done],
    isPivot: false,
  };
  return { shapes: [...others, veto], vetoes: [own.done, own.failed] };
}

/** Who schedules the deadline: the command that begins the saga, somebody later, or nobody. */
function deadlineOf(shapes: readonly Shape[], random: Random): string | undefined {
  return random.chance(0.3) ? random.pick(shapes).name : undefined;
}

/** A saga in a tree of steps, as `director` has it played. */
export function randomSaga(random: Random, director: Director): Choreography {
  const relayed = random.chance(0.3);
  const tree = shapesOf(random, relayed).map((shape) => (shape.triggers.length > 0 ? shape : { ...shape, triggers: [expired] }));
  const { shapes, vetoes } = withVeto(withPivots(tree, random.fork('pivots')), random.fork('veto'));
  const late = deadlineOf(shapes, random.fork('deadline'));
  const failures = tree.map(({ own }) => own.failed);
  const hears = random.pick([0.8, 1, 1]);
  const some = (chance: number) => failures.filter(() => random.chance(chance));
  const names = [...new Set(shapes.map(({ service }) => service))];
  const services = names.map((name) =>
    defineService({
      name,
      source: random.chance(0.35) ? 'bus' : 'stream',
      reactions: shapes
        .filter(({ service }) => service === name)
        .map((shape) => stepOf({ ...shape, schedulesDeadline: shape.name === late }, director)),
    }),
  );
  const shape: OwnerShape = {
    last: (tree.at(-1) as Shape).own.done,
    triggers: [...some(relayed ? 0.3 : hears), ...(relayed ? [rejected] : []), expired, ...vetoes],
    hasDeadline: random.chance(0.85) && late === undefined,
    finishIsStep: random.chance(0.4),
    finishTells: random.chance(0.7),
    rejects: relayed ? some(hears) : [],
    parks: random.fork('parks').chance(0.5),
    vetoes,
  };
  return defineChoreography({
    name: 'random',
    services: [defineService({ name: 'owner', reactions: ownerOf(shape, director) }), ...services],
  });
}
