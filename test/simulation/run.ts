// One seed, one world: sagas under faults, then deadlines, then an operator who redrives, then everything once more.
import type { Choreography, CommandType, Envelope } from 'aws-choreography';
import { reactionsOf } from '../../lib/contract/service.ts';
import { createEngine, type Engine, type EngineOptions } from '../../lib/embedded/engine.ts';
import type { Faults } from '../../lib/embedded/faults/faults.ts';
import { createRandom, type Random } from '../../lib/embedded/random.ts';
import { createRuntime } from '../../lib/runtime/create-runtime.ts';
import type { Publisher, PublishOutcome } from '../../lib/runtime/ports/publisher.ts';
import type { CommandOutcome, RuntimeOptions, ServiceRuntime } from '../../lib/runtime/service-runtime.ts';
import { faultMix } from './fault-mix.ts';
import { type Commit, judgeWorld, type World } from './invariants.ts';

/**
 * What kind of world it is. `faults`: everything at once. `outage`: the outside systems are down for half an hour.
 * `short-claims`: claims live for minutes, so that messages and steps outlive them. `refusals`: the stream never takes
 * some events. `publish-outage`: it takes none for twenty minutes, and claims live shorter than that.
 */
export type Variant = 'faults' | 'outage' | 'short-claims' | 'refusals' | 'publish-outage';

/** Makes the runtime of a process. */
export type Start = (options: RuntimeOptions) => ServiceRuntime;

/** What a scenario brings: a choreography, its outside systems, and how to judge its domain. */
export interface Scenario {
  readonly choreography: Choreography;
  readonly options: Pick<EngineOptions, 'clients' | 'given'>;
  /** Starts a process. @default - `createRuntime` */
  readonly start?: Start;
  /** Looks on from the beginning; what operators commit is to be added to `commits`. */
  attach?(engine: Engine, commits: Commit[]): void;
  /** The command of one saga. */
  command(random: Random, index: number): { readonly command: CommandType; readonly data: unknown };
  /** What comes from outside while the saga runs. */
  disturb?(engine: Engine, random: Random, index: number, saga: SagaAnswer): Promise<void>;
  /** What operators and the platform do meanwhile. */
  alongside?(engine: Engine, random: Random): Promise<void>;
  /** Whether delivering everything again may tell more of what is known to have failed. @default - it changes nothing */
  mayTellMore?(engine: Engine): boolean;
  /** Sentences; none: all is well. */
  judge(engine: Engine, answers: readonly SagaAnswer[]): readonly string[];
  /** Counts endings, for the report. */
  endings(engine: Engine, answers: readonly SagaAnswer[]): Readonly<Record<string, number>>;
}

/** Makes a scenario for one seed. */
export type ScenarioMaker = (random: Random, variant: Variant) => Scenario;

/** A command that was accepted. */
export interface SagaAnswer {
  readonly saga: string;
  readonly answer: unknown;
}

/** What one seed came to. */
export interface RunReport {
  readonly seed: number;
  readonly variant: Variant;
  readonly sagas: number;
  readonly events: number;
  readonly endings: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
  readonly trace: string;
}

/** The deadline of a saga, and some time more. */
const DEADLINE_SECONDS = 1_000;
/** Virtual seconds for which a world may take to come to rest. */
const LIMIT_SECONDS = 1_200;
/** Times that an operator looks while sagas run. */
const LOOKS = 10;
/** Rounds of redrives by the operator, in the end. */
const REDRIVES_MAX = 6;
/** The same where it must come to rest: a batch whose process dies again and again is hidden for six minutes each time. */
const REST_LIMIT_SECONDS = 24 * LIMIT_SECONDS;
/** Seconds over which the commands of one run come in. */
const SPREAD_SECONDS = 4;
/** Share of events that the stream never takes, in the world of refusals. */
const REFUSED_SHARE = 0.03;

const shortClaims = { claimLifeSeconds: 1_500, messageAgeSecondsMax: 1_200 };

function variantOf(random: Random): Variant {
  return random.pick([
    'faults',
    'faults',
    'faults',
    'faults',
    'faults',
    'faults',
    'outage',
    'outage',
    'short-claims',
    'short-claims',
    'refusals',
    'publish-outage',
  ]);
}

/** Redrives what is open now, of one saga or of all. Returns how many. */
export async function redriveOpen(engine: Engine, saga?: string): Promise<number> {
  const open = engine.services.flatMap((service) =>
    engine
      .store(service)
      .allDeadLetters()
      .filter(
        ({ state, message, phase }) =>
          message && state === 'open' && phase !== 'publish' && (saga === undefined || message.correlationid === saga),
      )
      .map(({ id }) => ({ service, id })),
  );
  for (const { service, id } of open) await engine.redrive(service, id).catch(() => {}); // somebody else was faster
  return open.length;
}

async function runSaga(engine: Engine, scenario: Scenario, random: Random, index: number): Promise<readonly SagaAnswer[]> {
  const { command, data } = scenario.command(random, index);
  await engine.scheduler.sleep(random.integer(SPREAD_SECONDS * 1000));
  const send = () => engine.send(command, data, { idempotencyKey: `request-${index}` }).catch((): CommandOutcome | undefined => undefined);
  const outcomes = await Promise.all(random.chance(0.1) ? [send(), send()] : [send()]); // an impatient caller sends twice
  const accepted = outcomes.find((outcome) => outcome?.ok);
  if (!accepted?.ok) return [];
  const saga = { saga: accepted.correlationId, answer: accepted.answer };
  await scenario.disturb?.(engine, random, index, saga);
  return [saga];
}

/** An operator who redrives now and then, without looking. */
async function operate(engine: Engine, random: Random): Promise<void> {
  const pauseMilliseconds = random.pick([5_000, 20_000, 200_000]);
  for (let look = 0; look < LOOKS; look += 1) {
    await engine.scheduler.sleep(random.integer(pauseMilliseconds));
    await redriveOpen(engine);
  }
}

async function sendAll(engine: Engine, scenario: Scenario, random: Random, sagas: number): Promise<readonly SagaAnswer[]> {
  const calls = Array.from({ length: sagas }, (_, index) => runSaga(engine, scenario, random.fork(`saga ${index}`), index));
  const operator = random.chance(0.5) ? operate(engine, random.fork('operator')) : Promise.resolve();
  const alongside = scenario.alongside?.(engine, random.fork('alongside'));
  const answers = await engine.scheduler.finish(Promise.all(calls));
  await engine.scheduler.finish(operator);
  if (alongside) await engine.scheduler.finish(alongside);
  await engine.settle({ limitSeconds: LIMIT_SECONDS });
  return answers.flat();
}

async function redriveAll(engine: Engine): Promise<void> {
  for (let round = 1; round <= REDRIVES_MAX && (await redriveOpen(engine)) > 0; round += 1)
    await engine.settle({ advanceSeconds: round < REDRIVES_MAX / 2 ? 30 : DEADLINE_SECONDS, limitSeconds: LIMIT_SECONDS });
  // What is redriven is on its way, also where sagas stay parked.
  const letters = engine.services.flatMap((service) => engine.store(service).allDeadLetters());
  const underWay = letters.some(({ state }) => state === 'redriven') || !hasParked(engine);
  if (underWay) await engine.settle({ limitSeconds: REST_LIMIT_SECONDS });
}

function hasParked(engine: Engine): boolean {
  return engine.services.some((service) => engine.store(service).allMarkers().length > 0);
}

function stateOf(engine: Engine, variant: Variant): string {
  const parts = engine.services.map((service) => engine.store(service).snapshot());
  if (variant === 'short-claims' || variant === 'publish-outage') return JSON.stringify(parts.map(({ entities }) => entities)); // claims are gone by now
  return JSON.stringify(parts.map((part) => ({ ...part, successes: [] })));
}

/** I8: every event once more, to everybody. */
async function deliverAllAgain(engine: Engine, variant: Variant): Promise<readonly string[]> {
  const before = stateOf(engine, variant);
  const events = [...new Map(engine.published().map(({ envelope }) => [`${envelope.source}|${envelope.id}`, envelope])).values()];
  const published = engine.published().length;
  for (const envelope of events) engine.putRecord(JSON.stringify(envelope), envelope.partitionkey);
  await engine.settle({ advanceSeconds: 120, limitSeconds: LIMIT_SECONDS });
  const problems: string[] = [];
  if (stateOf(engine, variant) !== before) problems.push('delivering every event again changed a journal');
  const extra = engine.published().length - published; // records put by hand are not counted
  if (extra !== 0) problems.push(`delivering every event again published ${extra} events`);
  return problems;
}

/** Keeps every commit that got in. */
function recordCommits(engine: Engine): Commit[] {
  const commits: Commit[] = [];
  engine.onEvent((happened) => {
    if (happened.kind !== 'committed') return;
    for (const unit of happened.units) commits.push({ service: happened.service, unit });
  });
  return commits;
}

/** The options of a process whose publisher is not the stream's own. */
function publishThrough(options: RuntimeOptions, publish: Publisher['publish']): RuntimeOptions {
  return { ...options, ports: { ...options.ports, publisher: { publish } } };
}

/** A stream that refuses the same events for good. */
function refusing(options: RuntimeOptions): RuntimeOptions {
  const { publisher } = options.ports;
  const isRefused = ({ id }: Envelope) => (id.charCodeAt(0) * 7 + id.charCodeAt(1)) % 100 < REFUSED_SHARE * 100;
  const refusal: PublishOutcome = { status: 'refused', code: 'AccessDenied', message: 'not allowed' };
  return publishThrough(options, async (events) => {
    const taken = events.filter((event) => !isRefused(event));
    const outcomes = taken.length > 0 ? [...(await publisher.publish(taken))] : [];
    return events.map((event) => (isRefused(event) ? refusal : (outcomes.shift() as PublishOutcome)));
  });
}

/** Milliseconds after the first publish. */
const PUBLISH_OUTAGE = [400, 1_200_000] as const;

/** A stream that takes nothing for a while. */
function stuck(): (options: RuntimeOptions) => RuntimeOptions {
  let first: number | undefined;
  return (options) => {
    const { publisher, clock } = options.ports;
    return publishThrough(options, async (events) => {
      first ??= clock.now();
      const since = clock.now() - first;
      if (since < PUBLISH_OUTAGE[0] || since >= PUBLISH_OUTAGE[1]) return publisher.publish(events);
      return events.map(() => ({ status: 'retry', reason: 'the stream is down' }));
    });
  };
}

const through =
  (start: Start, change: (options: RuntimeOptions) => RuntimeOptions): Start =>
  (options) =>
    start(change(options));

/** What a variant changes. */
function optionsOf(variant: Variant, faults: Faults, start: Start): Partial<EngineOptions> {
  switch (variant) {
    case 'faults':
      return { faults, createRuntime: start };
    case 'outage':
      return { faults: { ...faults, clientFailure: 0 }, createRuntime: start };
    case 'short-claims':
      return { faults, createRuntime: start, settings: shortClaims };
    case 'refusals':
      return { faults, createRuntime: through(start, refusing) };
    case 'publish-outage':
      return {
        faults: { reorder: faults.reorder ?? 0 },
        createRuntime: through(start, stuck()),
        settings: { claimLifeSeconds: 700, messageAgeSecondsMax: 600, keepClaimAfterSeconds: 100_000 },
      };
  }
}

/**
 * A record that was handled is not handed over again: without crashes, each comes once, whatever becomes of publishing. What
 * is for a read model waits while that is switched.
 */
function watchDeliveries(engine: Engine, { services }: Choreography): () => readonly string[] {
  const readModels = new Set(
    services.filter((service) => reactionsOf(service).every(({ reprocessable }) => reprocessable)).map(({ name }) => name),
  );
  const counts = new Map<string, number>();
  engine.onEvent((happened) => {
    if (happened.kind !== 'delivered') return;
    for (const { source } of happened.deliveries) {
      if (source.kind !== 'stream' || readModels.has(happened.consumer)) continue;
      const record = `${source.shard} ${source.sequenceNumber} to ${happened.consumer}`;
      counts.set(record, (counts.get(record) ?? 0) + 1);
    }
  });
  return () =>
    [...counts]
      .filter(([, count]) => count > 1)
      .map(([record, count]) => `record ${record} came ${count} times, and nothing had failed but publishing`);
}

/** Runs one seed to the end and judges it. */
export async function runSeed(makeScenario: ScenarioMaker, seed: number, sagas: number): Promise<RunReport> {
  const random = createRandom(seed).fork('scenario');
  const variant = variantOf(random.fork('variant'));
  const scenario = makeScenario(random.fork('choreography'), variant);
  const faults = faultMix(random.fork('faults'));
  const engine = createEngine(scenario.choreography, {
    ...scenario.options,
    seed,
    batchSize: random.pick([1, 5, 100]),
    latencyMilliseconds: random.pick([2, 5, 300]), // slow calls leave room for others in between
    shards: random.pick([1, 2, 4]),
    ...optionsOf(variant, faults, scenario.start ?? createRuntime),
  });
  const repeated = watchDeliveries(engine, scenario.choreography);
  const commits = recordCommits(engine);
  scenario.attach?.(engine, commits);
  const answers = await sendAll(engine, scenario, random.fork('commands'), sagas);
  const inTime = await engine.settle({ advanceSeconds: DEADLINE_SECONDS, limitSeconds: LIMIT_SECONDS });
  const rested = inTime || variant !== 'faults' || (await engine.settle({ limitSeconds: REST_LIMIT_SECONDS }));
  // Elsewhere messages may stay parked: in an outage, or waiting for an event that was refused or is too old.
  const problems: string[] = rested ? [] : ['the world did not come to rest'];
  if (variant === 'outage') await engine.settle({ advanceSeconds: 3 * DEADLINE_SECONDS, limitSeconds: LIMIT_SECONDS });
  for (const service of engine.services) await engine.resume(service); // paused after too many give-ups in a row
  await engine.settle({ advanceSeconds: DEADLINE_SECONDS, limitSeconds: LIMIT_SECONDS });
  if (variant === 'outage') problems.push(...outageDeadLetters(scenario.choreography, engine));
  if (variant === 'publish-outage') problems.push(...repeated());
  await redriveAll(engine);
  const world: World = {
    choreography: scenario.choreography,
    store: engine.store,
    published: engine.published(),
    commits,
    claimsExpire: variant === 'short-claims' || variant === 'publish-outage',
  };
  problems.push(...judgeWorld(world), ...scenario.judge(engine, answers));
  const endings = scenario.endings(engine, answers);
  if (problems.length === 0 && !hasParked(engine) && !scenario.mayTellMore?.(engine))
    problems.push(...(await deliverAllAgain(engine, variant)));
  return { seed, variant, sagas: answers.length, events: engine.published().length, endings, problems, trace: engine.trace() };
}

/** An outage is no message's fault: where nobody is told, the message waits until it is over. */
function outageDeadLetters({ services }: Choreography, engine: Engine): readonly string[] {
  return services.flatMap((service) => {
    const tells = new Set(reactionsOf(service).flatMap(({ name, onGiveUp }) => (onGiveUp ? [name] : [])));
    return engine
      .store(service.name)
      .allDeadLetters()
      .filter(
        ({ error, message, phase, reactions, redrives }) =>
          redrives === 0 &&
          message?.replayid === undefined && // a replay tries what was given up before, too
          error.message === 'the desk does not answer' &&
          !(phase === 'react' && tells.has(reactions[0] ?? '')),
      )
      .map(({ message, reactions }) => `${service.name} gave ${message?.type} up in ${reactions[0]} because of an outage`);
  });
}
