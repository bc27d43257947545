// Plays a random saga in the embedded engine: under faults, or as a counterexample says.
import { createEngine, type Engine } from '../../lib/embedded/engine.ts';
import { createRandom } from '../../lib/embedded/random.ts';
import { checkInput } from '../../lib/topology/check.ts';
import type { CheckInput } from '../../lib/topology/check-input.ts';
import type { Counterexample, Play } from '../../lib/topology/completeness/counterexample.ts';
import { waitsOf } from '../../lib/topology/completeness/deadlines.ts';
import { manifestOf } from '../../lib/topology/manifest.ts';
import { faultMix } from '../simulation/fault-mix.ts';
import { redriveOpen } from '../simulation/run.ts';
import { AbortRequested, type Behaviour, DEADLINE_SECONDS, type Director, randomSaga, StartSaga } from './random-saga.ts';

const LIMIT_SECONDS = 1_200;
const REDRIVES = 3;
/** Milliseconds until a step that should be done counts as never done. */
const WAITS_MAX = 5_000;

/** A counterexample and whether the engine can be made to play it without luck: nothing has to overtake anything, no undo has to say nothing. */
export interface Playable extends Counterexample {
  readonly sure: boolean;
  /** In one service, an undo comes before a reaction to the same message: the engine has an order of its own there. */
  readonly isWithinMessage: boolean;
  /** `stepV` is cancelled: on a stream that keeps the order of a saga, its service would have to be held up just then. */
  readonly isHeldUp: boolean;
}

function inputOf(seed: number): CheckInput {
  const director: Director = { decide: () => 'succeed', sleep: async () => {} };
  const { services } = randomSaga(createRandom(seed).fork('saga'), director);
  return checkInput(services.map(manifestOf), { external: { emits: ['AbortRequested'] } });
}

/** A step that waits for others in the saga of a seed, and what is said of its deadline. */
export interface Waiting {
  /** `service-1.stepA` */
  readonly reaction: string;
  /** A deadline is sure to be scheduled once it is done. */
  readonly isSure: boolean;
  /** It, and all that has to be done before it. */
  readonly after: readonly string[];
}

/** The steps of a seed that wait for others. */
export function waitingOf(seed: number): readonly Waiting[] {
  const { sagas, graph } = inputOf(seed);
  const before = (id: string): readonly string[] => {
    const { on = [], name = '' } = graph.reactions.find((one) => one.id === id) ?? {};
    return [name, ...graph.reactions.filter(({ emits }) => emits.some((type) => on.includes(type))).flatMap((one) => before(one.id))];
  };
  return sagas
    .filter(({ root }) => root.type === StartSaga.type)
    .flatMap((saga) =>
      waitsOf(saga).map(({ step, isSureAfter }) => {
        const { id = '' } = saga.runs[step]?.reaction ?? {};
        return { reaction: id, isSure: isSureAfter, after: before(id) };
      }),
    );
}

/** What the checks say of the saga of a seed. */
export function counterexamplesOf(seed: number): readonly Playable[] {
  const { proofs, graph } = inputOf(seed);
  return proofs.flatMap(({ counterexamples }) =>
    counterexamples.map((counterexample) => {
      const { plays, reaction } = counterexample;
      const hears = new Map(graph.reactions.map(({ id, compensation }) => [id, compensation?.on ?? []]));
      const out = new Set<string>();
      /** Whether `other` comes before `who` in any case, because it leads to it. */
      const leadsTo = (other: string, who: string, seen: readonly string[] = []): boolean => {
        const { on = [] } = graph.reactions.find(({ id }) => id === who) ?? {};
        const causes = plays.flatMap((play) => (play.events.some((type) => on.includes(type)) ? (play.reaction ?? []) : []));
        return causes.some((one) => one === other || (!seen.includes(one) && leadsTo(other, one, [...seen, one])));
      };
      const isOvertaken = (who: string, types: readonly string[]): boolean =>
        plays.some(
          ({ reaction: other = '', did }) =>
            did !== 'undone' && other !== who && types.some((type) => hears.get(other)?.includes(type)) && !leadsTo(other, who),
        );
      const isRace = ({ reaction: who = '', did, events }: Play): boolean => {
        if ((did === 'failed' || did === 'succeeded') && isOvertaken(who, events)) return true;
        const late = did === 'succeeded' && (hears.get(who) ?? []).some((type) => out.has(type));
        for (const type of events) out.add(type);
        return late || did === 'cancelled' || events.includes('SagaExpired') || events.includes('SagaRejected');
      };
      const undoneBy = hears.get(reaction) ?? [];
      const isWithinMessage = plays.some(({ reaction: who, did }) => who === 'owner.rejectSaga' && did === 'silent');
      const isHeldUp = plays.some(({ reaction: who, did }) => who?.endsWith('.stepV') && did === 'cancelled');
      return {
        ...counterexample,
        isWithinMessage,
        isHeldUp,
        sure: !plays.some(isRace) && !undoneBy.some((type) => type.endsWith('Undone')),
      };
    }),
  );
}

interface World {
  readonly engine: Engine;
  /** Steps of a saga that stay done after one of the failures that its events tell; none while somebody is told of it. */
  halfDone(saga: string): readonly { readonly reaction: string; readonly after: readonly string[] }[];
  /** Whether a step was done in a saga, undone again or not. */
  wasDone(saga: string, reaction: string): boolean;
  /** Whether the deadline of a saga has come. */
  hasPassed(saga: string): boolean;
}

function createPlay(seed: number, worldSeed: number, decide: Director['decide'], faults: boolean): World {
  const director = { decide, sleep: (_milliseconds: number): Promise<void> => Promise.resolve() };
  const choreography = randomSaga(createRandom(seed).fork('saga'), director);
  const random = createRandom(worldSeed);
  const engine = createEngine(choreography, {
    seed: worldSeed,
    shards: random.pick([1, 2]),
    batchSize: random.pick([1, 5, 100]),
    ...(faults ? { faults: { ...faultMix(random.fork('faults')), clientFailure: 0 } } : {}),
  });
  director.sleep = (milliseconds) => engine.scheduler.sleep(milliseconds);
  const manifests = choreography.services.map(manifestOf);
  const steps = manifests.flatMap(({ service, reactions }) =>
    reactions.flatMap(({ name, compensation }) => (compensation ? [{ service, name }] : [])),
  );
  const failing = new Set(
    manifests.flatMap(({ reactions }) =>
      reactions.flatMap(({ fails, compensation }) => [...fails, ...(compensation?.on ?? [])].map(({ type }) => type)),
    ),
  );
  return {
    engine,
    wasDone(saga, reaction) {
      const [service = '', name] = reaction.split('.');
      const claims = engine.store(service).claimsOf(saga);
      return claims.some((claim) => claim.reaction === name && (claim.state === 'done' || claim.state === 'undone'));
    },
    hasPassed: (saga) =>
      engine.published().some(({ envelope: { correlationid, type } }) => correlationid === saga && type === 'DeadlinePassed'),
    halfDone(saga) {
      const isTold = engine.services.some((service) => {
        const store = engine.store(service);
        const letters = store.allDeadLetters().some(({ state, message }) => state !== 'closed' && message?.correlationid === saga);
        return letters || store.allMarkers().some((marker) => marker.saga === saga);
      });
      const out = engine.published().flatMap(({ envelope }) => (envelope.correlationid === saga ? [envelope.type] : []));
      const after = [...new Set(out.filter((type) => failing.has(type)))];
      if (isTold || after.length === 0) return [];
      return steps.flatMap(({ service, name }) => {
        const claim = engine
          .store(service)
          .claimsOf(saga)
          .find(({ reaction }) => reaction === name);
        return claim?.state === 'done' ? [{ reaction: `${service}.${name}`, after }] : [];
      });
    },
  };
}

async function rest(engine: Engine): Promise<void> {
  await engine.settle({ limitSeconds: LIMIT_SECONDS });
  await engine.settle({ advanceSeconds: DEADLINE_SECONDS + 60, limitSeconds: LIMIT_SECONDS });
}

async function start(engine: Engine, name: string): Promise<{ readonly saga: string; readonly id: string } | undefined> {
  const outcome = await engine.send(StartSaga, { name }, { idempotencyKey: name }).catch(() => undefined);
  return outcome?.ok ? { saga: outcome.correlationId, id: (outcome.answer as { id: string }).id } : undefined;
}

/** Plays sagas with faults of every kind, before and after an operator redrives; sentences about those that ended half done, or waited without a deadline. */
export async function playWithFaults(seed: number, sagas: number): Promise<readonly string[]> {
  const random = createRandom(seed).fork('behaviour');
  const behaviours = new Map<string, Behaviour>();
  const decide = (step: string, id: string): Behaviour => {
    const known =
      behaviours.get(`${step} ${id}`) ??
      random.pick(['succeed', 'succeed', 'succeed', 'succeed', 'slow', 'fail', 'fail late', 'break'] as const);
    behaviours.set(`${step} ${id}`, known);
    return known;
  };
  const { engine, halfDone, wasDone, hasPassed } = createPlay(seed, seed, decide, true);
  const bounded = waitingOf(seed).filter(({ isSure }) => isSure);
  const started: string[] = [];
  const run = async (index: number): Promise<void> => {
    await engine.scheduler.sleep(random.integer(2_000));
    const begun = await start(engine, `saga ${index}`);
    if (!begun) return;
    started.push(begun.saga);
    if (!random.chance(0.4)) return;
    await engine.scheduler.sleep(random.integer(3_000));
    await engine.publish(AbortRequested, { id: begun.id }, { correlationId: begun.saga });
  };
  await engine.scheduler.finish(Promise.all(Array.from({ length: sagas }, (_, index) => run(index))));
  const problems: string[] = [];
  const judge = (when: string) => {
    for (const saga of started) {
      for (const { reaction, after } of halfDone(saga)) problems.push(`${reaction} stays done after ${after.join(', ')}, ${when}`);
      for (const { reaction } of bounded)
        if (wasDone(saga, reaction) && !hasPassed(saga)) problems.push(`${reaction} waits without a deadline, ${when}`);
    }
  };
  await rest(engine);
  judge('under faults');
  behaviours.clear();
  for (let round = 0; round < REDRIVES; round += 1) {
    for (const service of engine.services) await engine.resume(service);
    await redriveOpen(engine);
    await rest(engine);
  }
  judge('when all was redriven');
  return problems;
}

/** Plays a counterexample; whether the engine ended as it says. The world's seed decides what overtakes what. */
export async function playCounterexample(seed: number, { plays, reaction, after }: Counterexample, worldSeed: number): Promise<boolean> {
  const [service = '', subject = ''] = reaction.split('.');
  const random = createRandom(worldSeed).fork('abort');
  const did = new Map(plays.flatMap((play) => (play.reaction === undefined ? [] : [[play.reaction.split('.')[1] as string, play.did]])));
  const isCancelling = plays.some((play) => play.did === 'cancelled');
  const isAborted = plays.some(({ events }) => events.includes('SagaExpired'));
  const isParked = plays.some(({ events }) => events.includes('SagaParked'));
  const decide = (step: string): Behaviour => {
    if (step === 'rejectSaga') return isParked ? 'fail' : 'succeed';
    if (did.get(step) === 'failed') return isCancelling ? 'fail' : 'fail late';
    return did.get(step) === 'cancelled' || (isAborted && step !== subject && random.chance(0.5)) ? 'slow' : 'succeed';
  };
  const { engine, halfDone } = createPlay(seed, worldSeed, decide, false);
  const begun = await start(engine, 'saga');
  if (!begun) return false;
  const isDone = () =>
    engine
      .store(service)
      .claimsOf(begun.saga)
      .some((claim) => claim.reaction === subject && claim.state === 'done');
  const wait = (milliseconds: number) => engine.scheduler.finish(engine.scheduler.sleep(milliseconds));
  if (isAborted && random.chance(0.5)) await wait(random.integer(1_500));
  else for (let waits = 0; isAborted && waits < WAITS_MAX && !isDone(); waits += 1) await wait(1);
  if (isAborted) await engine.publish(AbortRequested, { id: begun.id }, { correlationId: begun.saga });
  await rest(engine);
  return halfDone(begun.saga).some((one) => one.reaction === reaction && one.after.includes(after));
}

/** Plays on until a step is done, and nothing that need not be done before ever is; whether it then waits without a deadline. */
export async function waitsForEver(seed: number, { reaction, after }: Waiting): Promise<boolean> {
  const decide = (step: string): Behaviour => (after.includes(step) ? 'succeed' : 'break');
  const { engine, wasDone, hasPassed } = createPlay(seed, seed, decide, false);
  const begun = await start(engine, 'saga');
  if (!begun) return false;
  await rest(engine);
  return wasDone(begun.saga, reaction) && !hasPassed(begun.saga);
}
