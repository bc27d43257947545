import { defineChoreography } from 'aws-choreography';
import type { Engine } from '../../lib/embedded/engine.ts';
import type { Random } from '../../lib/embedded/random.ts';
import type { DeadLetter } from '../../lib/runtime/journal/dead-letter.ts';
import type { EntityRecord } from '../../lib/runtime/journal/unit.ts';
import { deploying } from './deployment.ts';
import { type Change, chooseVersions } from './event-versions.ts';
import { isVisible, judgeSaga, judgeShelves } from './judge-random.ts';
import { withLargeData } from './large-data.ts';
import { OUTAGE_CODES, withPartsDown } from './partial-outages.ts';
import {
  AbortRequested,
  type RandomChoreography,
  randomChoreography,
  SagaBegun,
  Signalled,
  StartSaga,
  type StepShape,
} from './random-choreography.ts';
import { redriveOpen, type Scenario, type ScenarioMaker, type Variant } from './run.ts';
import { createSkewedRuntime } from './skewed-clock.ts';
import { deployingVersions } from './versioned-deploy.ts';

const idOf = (answer: unknown) => (answer as { id: string }).id;
/** Milliseconds after the first call. */
export const OUTAGES = [
  [0, 300_000],
  [0, 1_500_000],
] as const;

/** Two sources say the same under the same id: two signals. */
function judgeSignals(engine: Engine, signals: ReadonlyMap<string, string>): string[] {
  return [...signals].flatMap(([id, saga]) => {
    const counted = (engine.store('tower').entity('Tally', id)?.state as { count: number } | undefined)?.count ?? 0;
    const taken = engine
      .store('tower')
      .allDeadLetters()
      .some(({ message, error }) => message?.correlationid === saga && error.code === 'STEP_TAKEN');
    return !taken && (counted === 2 || isVisible(engine, ['tower'], saga)) ? [] : [`signal ${id} was counted ${counted} times, not 2`];
  });
}

/** One step that often has a mistake at first, tells nobody, and is redriven while it is being undone. */
const mended: readonly StepShape[] = [
  { name: 'stepA', service: 'service-1', kind: 'desk', tells: false, failPercent: 0, mistakePercent: 70 },
];

/** One step whose failure is told and heard by others, and that nobody tells to undo: the redrive has to know. */
const told: readonly StepShape[] = [{ name: 'stepA', service: 'service-1', kind: 'desk', tells: true, failPercent: 0, mistakePercent: 0 }];

/** What a redrive of a failure comes to that the others know of. */
export function toldScenario(random: Random, _variant: Variant): Scenario {
  return scenarioOf(randomChoreography(random, undefined, told, false));
}

/** One step of a service changes a price, the next one books outside at it. */
const priced: readonly StepShape[] = [
  { name: 'stepA', service: 'service-1', kind: 'shelf', tells: true, failPercent: 5 },
  { name: 'stepB', service: 'service-1', kind: 'priced', tells: true, failPercent: 5, mistakePercent: 0 },
];

/** What outside calls see of a batch that is not committed. */
export function pricedScenario(random: Random, _variant: Variant): Scenario {
  return scenarioOf(randomChoreography(random, undefined, priced));
}

/** What a redrive and a failure that arrive together come to. */
export function redriveScenario(random: Random, _variant: Variant): Scenario {
  const scenario = scenarioOf(randomChoreography(random, undefined, mended));
  return {
    ...scenario,
    async disturb(engine, chance, _index, { saga, answer }) {
      await engine.scheduler.sleep(6_000 + chance.integer(4_000)); // by then the mistake is mended
      await engine.publish(AbortRequested, { id: idOf(answer) }, { correlationId: saga });
      await engine.scheduler.sleep(chance.integer(1_500));
      await redriveOpen(engine, saga);
    },
  };
}

/** A choreography of its own for every seed. */
export function randomScenario(random: Random, variant: Variant): Scenario {
  return scenarioOf(randomChoreography(random, variant === 'outage' ? random.pick(OUTAGES) : undefined));
}

/** One of these while its services are deployed anew, on machines whose clocks differ. */
export function deployedScenario(random: Random, variant: Variant): Scenario {
  const make = random.fork('scenario').pick([randomScenario, randomScenario, redriveScenario, toldScenario, pricedScenario]);
  return { ...make(random, variant), start: deploying(random.fork('deployment'), variant, createSkewedRuntime) };
}

/** What a change of versions must not make of a message: all of them can be read in the end. */
const VERSION_CODES = new Set(['UNKNOWN_VERSION', 'NO_UPCAST', 'UPCAST_FAILED', 'SCHEMA_VIOLATION', 'REACTION_GONE']);

function judgeVersions(engine: Engine): string[] {
  return engine.services.flatMap((service) =>
    engine
      .store(service)
      .allDeadLetters()
      .filter(({ error }) => VERSION_CODES.has(error.code))
      .map(({ message, error }) => `${service} has a dead letter ${error.code} of ${message?.type}: ${error.message}`),
  );
}

/** No message is to blame for an outage of what we run on: it waits, and is no dead letter. */
function judgeOutages(engine: Engine): string[] {
  return engine.services.flatMap((service) =>
    engine
      .store(service)
      .allDeadLetters()
      .filter(({ error }) => OUTAGE_CODES.has(error.code))
      .map(({ message, error }) => `${service} gave ${message?.type} up because of an outage: ${error.code} ${error.message}`),
  );
}

/** One of these while a part of what they run on is down: partitions of a table, replay queues, the control table, a shard. */
export function partialScenario(random: Random, variant: Variant): Scenario {
  const scenario = random.fork('scenario').pick([randomScenario, randomScenario, redriveScenario, toldScenario, pricedScenario])(
    random,
    variant,
  );
  if (variant === 'publish-outage') return scenario; // where nothing else is to fail
  return {
    ...scenario,
    start: withPartsDown(random.fork('parts'), createSkewedRuntime),
    judge: (engine, answers) => [...judgeOutages(engine), ...scenario.judge(engine, answers)],
  };
}

/** The undo is tried again by each copy of its trigger, and may fail in another way, as its key is forgotten. */
const isUndoThatDoesNotFit = ({ phase, error, state }: DeadLetter) =>
  phase === 'undo' && error.code === 'COMMIT_REFUSED' && state !== 'closed';

/** What is too large for one of the places where it has to go comes to somebody's notice, and nothing is half done without. */
export function largeScenario(random: Random, _variant: Variant): Scenario {
  const made = randomChoreography(random);
  const { name, services } = made.choreography;
  const choreography = defineChoreography({ name, services: withLargeData(services, random.fork('sizes')) });
  return {
    ...scenarioOf({ ...made, choreography }),
    mayTellMore: (engine) => engine.services.some((service) => engine.store(service).allDeadLetters().some(isUndoThatDoesNotFit)),
  };
}

/** One step that calls outside, of a service on the bus: what undoes it overtakes it. */
const hurried: readonly StepShape[] = [
  { name: 'stepA', service: 'service-1', kind: 'desk', tells: false, failPercent: 0, mistakePercent: 0 },
];

/** What an undo that is asked for during a call comes to. */
function hurriedOnBus(random: Random, _variant: Variant): Scenario {
  const made = randomChoreography(random, undefined, hurried);
  const services = made.choreography.services.map((service) =>
    service.name === 'service-1' ? { ...service, source: 'bus' as const } : service,
  );
  return {
    ...scenarioOf({ ...made, choreography: { ...made.choreography, services } }),
    async disturb(engine, chance, _index, { saga, answer }) {
      await engine.scheduler.sleep(chance.integer(chance.pick([500, 4_000])));
      await engine.publish(AbortRequested, { id: idOf(answer) }, { correlationId: saga });
    },
  };
}

/** What the new versions of one run are like, and milliseconds within which the deploys begin. */
interface NewVersions {
  readonly changes: readonly Change[];
  readonly withinMilliseconds: number;
}

/** A scenario while events get new versions, and services are rolled back; in some runs all else changes, too. */
function inVersions(make: ScenarioMaker, { changes, withinMilliseconds }: NewVersions, random: Random, variant: Variant): Scenario {
  const scenario = make(random, variant);
  const deployment = random.fork('deployment');
  const versions = chooseVersions(scenario.choreography, deployment.fork('versions'), changes);
  const changesAll = deployment.chance(0.3);
  const process = changesAll ? createSkewedRuntime : undefined;
  const { start, misreads } = deployingVersions(versions, deployment.fork('speech'), withinMilliseconds, process);
  return {
    ...scenario,
    start: changesAll ? deploying(deployment.fork('code'), variant, start) : start,
    judge: (engine, answers) => [...misreads(), ...judgeVersions(engine), ...scenario.judge(engine, answers)],
  };
}

/** What the new versions of one run are like. */
const CHANGES: readonly (readonly Change[])[] = [['noted', 'graded', 'renamed'], ['noted', 'graded'], ['renamed']];

/** Events of any of these change. */
export function versionedScenario(random: Random, variant: Variant): Scenario {
  const makers = [randomScenario, randomScenario, redriveScenario, toldScenario, hurriedOnBus];
  const changes = random.fork('changes').pick(CHANGES);
  return inVersions(random.fork('scenario').pick(makers), { changes, withinMilliseconds: 8_000 }, random, variant);
}

/** What an undo comes to that one version of the code asks for during a call, and another has to make. */
export function hurriedScenario(random: Random, variant: Variant): Scenario {
  return inVersions(hurriedOnBus, { changes: ['renamed'], withinMilliseconds: 1_000 }, random, variant);
}

/** Its sagas, what disturbs them, and how they are judged. */
export function scenarioOf(made: RandomChoreography): Scenario {
  const signals = new Map<string, string>();
  return {
    choreography: made.choreography,
    options: { clients: { ...made.desks, bell: made.bell } },
    attach(engine) {
      made.time.now = () => engine.scheduler.now();
      engine.onEvent((happened) => {
        if (happened.kind !== 'committed') return;
        for (const { writes } of happened.units) {
          for (const write of writes) {
            if (write.kind === 'entity' && write.key.entity === 'Price')
              made.prices.add(`${happened.service} ${((write.put as EntityRecord).state as { cents: number }).cents}`);
          }
        }
      });
    },
    command: (_random, index) => ({ command: StartSaga, data: { name: `saga ${index}` } }),
    async disturb(engine, chance, index, { saga, answer }) {
      if (chance.chance(0.2)) {
        const id = `signal-${index}`;
        signals.set(id, `signals ${index}`);
        for (const source of ['north', 'south']) await engine.publish(Signalled, { id }, { id, source, correlationId: `signals ${index}` });
      }
      if (chance.chance(0.35)) {
        await engine.scheduler.sleep(chance.integer(chance.pick([100, 2_000, 8_000])));
        await engine.publish(AbortRequested, { id: idOf(answer) }, { correlationId: saga });
        await engine.scheduler.sleep(chance.integer(1_500));
        if (chance.chance(0.8)) await redriveOpen(engine, saga); // somebody helps while it is undone
      }
      if (!chance.chance(0.1)) return;
      await engine.scheduler.sleep(chance.integer(5_000));
      await engine.publish(SagaBegun, { id: idOf(answer) }, { correlationId: saga });
    },
    judge: (engine, answers) => [
      ...answers.flatMap(({ saga, answer }) => judgeSaga(made, engine, saga, idOf(answer)).problems),
      ...judgeShelves(made, engine),
      ...judgeSignals(engine, signals),
    ],
    endings(engine, answers) {
      const counts: Record<string, number> = {};
      for (const { saga, answer } of answers) {
        const { ending } = judgeSaga(made, engine, saga, idOf(answer));
        counts[ending] = (counts[ending] ?? 0) + 1;
      }
      return counts;
    },
  };
}
