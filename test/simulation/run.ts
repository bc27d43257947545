// One seed, one world: sagas under faults, then deadlines, then an operator who redrives, then everything once more.
import type { Choreography, CommandType } from 'aws-choreography';
import { createEngine, type Engine, type EngineOptions } from '../../lib/embedded/engine.ts';
import { createRandom, type Random } from '../../lib/embedded/random.ts';
import type { CommandOutcome } from '../../lib/runtime/service-runtime.ts';
import { faultMix } from './fault-mix.ts';
import { judgeWorld, type World } from './invariants.ts';

/** What a scenario brings: a choreography, its outside systems, and how to judge its domain. */
export interface Scenario {
  readonly choreography: Choreography;
  readonly options: Pick<EngineOptions, 'clients' | 'given' | 'settings'>;
  /** The command of one saga. */
  command(random: Random, index: number): { readonly command: CommandType; readonly data: unknown };
  /** Sentences; none: all is well. */
  judge(engine: Engine, answers: readonly SagaAnswer[]): readonly string[];
  /** Counts endings, for the report. */
  endings(engine: Engine, answers: readonly SagaAnswer[]): Readonly<Record<string, number>>;
}

/** A command that was accepted. */
export interface SagaAnswer {
  readonly saga: string;
  readonly answer: unknown;
}

/** What one seed came to. */
export interface RunReport {
  readonly seed: number;
  readonly sagas: number;
  readonly events: number;
  readonly endings: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
  readonly trace: string;
}

/** The deadline of a saga, and some time more. */
const DEADLINE_SECONDS = 1_000;
/** Rounds of redrives by the operator. */
const REDRIVES_MAX = 6;
/** Seconds over which the commands of one run come in. */
const SPREAD_SECONDS = 20;

async function sendAll(engine: Engine, scenario: Scenario, random: Random, sagas: number): Promise<readonly SagaAnswer[]> {
  const calls = Array.from({ length: sagas }, async (_, index): Promise<readonly CommandOutcome[]> => {
    const { command, data } = scenario.command(random, index);
    await engine.scheduler.sleep(random.integer(SPREAD_SECONDS * 1000));
    const again = random.chance(0.1); // an impatient caller sends the same request twice
    const send = () => engine.send(command, data, { idempotencyKey: `request-${index}` }).catch((error: unknown) => ({ ok: false, error }) as never);
    return Promise.all(again ? [send(), send()] : [send()]);
  });
  await engine.settle();
  const outcomes = await Promise.all(calls);
  return outcomes.flatMap((all) => {
    const accepted = all.find(({ ok }) => ok);
    return accepted?.ok ? [{ saga: accepted.correlationId, answer: accepted.answer }] : [];
  });
}

/** Redrives what is open until nothing is, or nothing helps. */
async function redriveAll(engine: Engine): Promise<void> {
  for (let round = 1; round <= REDRIVES_MAX; round += 1) {
    const open = engine.services.flatMap((service) =>
      engine
        .store(service)
        .allDeadLetters()
        .filter(({ state, message }) => message && state === 'open')
        .map(({ id }) => ({ service, id })),
    );
    if (open.length === 0) return;
    for (const { service, id } of open) await engine.redrive(service, id);
    await engine.settle({ advanceSeconds: DEADLINE_SECONDS });
  }
}

function stateOf(engine: Engine): string {
  return JSON.stringify(engine.services.map((service) => ({ ...engine.store(service).snapshot(), successes: [] })));
}

/** I8: every event once more, to everybody. */
async function deliverAllAgain(engine: Engine): Promise<readonly string[]> {
  const before = stateOf(engine);
  const events = [...new Map(engine.published().map(({ envelope }) => [envelope.id, envelope])).values()];
  const published = engine.published().length;
  for (const envelope of events) engine.putRecord(JSON.stringify(envelope), envelope.partitionkey);
  await engine.settle();
  const problems: string[] = [];
  if (stateOf(engine) !== before) problems.push('delivering every event again changed a journal');
  const extra = engine.published().length - published; // records put by hand are not counted
  if (extra !== 0) problems.push(`delivering every event again published ${extra} events`);
  return problems;
}

/** Runs one seed to the end and judges it. */
export async function runSeed(makeScenario: (random: Random) => Scenario, seed: number, sagas: number): Promise<RunReport> {
  const random = createRandom(seed).fork('scenario');
  const scenario = makeScenario(random.fork('choreography'));
  const engine = createEngine(scenario.choreography, { seed, faults: faultMix(random.fork('faults')), batchSize: random.pick([1, 5, 100]), ...scenario.options });
  const problems: string[] = [];
  const answers = await sendAll(engine, scenario, random.fork('commands'), sagas);
  if (!(await engine.settle({ advanceSeconds: DEADLINE_SECONDS }))) problems.push('the world did not come to rest');
  await redriveAll(engine);
  const world: World = { choreography: scenario.choreography, store: engine.store, published: engine.published() };
  problems.push(...judgeWorld(world), ...scenario.judge(engine, answers));
  if (problems.length === 0) problems.push(...(await deliverAllAgain(engine)));
  return { seed, sagas: answers.length, events: engine.published().length, endings: scenario.endings(engine, answers), problems, trace: engine.trace() };
}
