// Several operators at once while sagas run: each may go down in the middle of anything, and somebody else takes it up.
import { defineChoreography, type Reaction, type Service } from 'aws-choreography';
import { isChoreographyError } from '../../lib/contract/errors.ts';
import { reactionsOf } from '../../lib/contract/service.ts';
import type { Engine } from '../../lib/embedded/engine.ts';
import type { Random } from '../../lib/embedded/random.ts';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { resumeConsumer } from '../../lib/operations/consumers.ts';
import { redriveDeadLetters } from '../../lib/operations/dead-letters/redrive.ts';
import { discardGeneration } from '../../lib/operations/generations/discard.ts';
import { listGenerations } from '../../lib/operations/generations/list.ts';
import { runJobs } from '../../lib/operations/platform/jobs.ts';
import { runReplaysJob } from '../../lib/operations/platform/run-replays.ts';
import { resumeReplay, startReplay } from '../../lib/operations/replay/manage.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import { noTelemetry } from '../../lib/runtime/ports/telemetry.ts';
import { manifestOf } from '../../lib/topology/manifest.ts';
import { eventsOf } from './events-of.ts';
import { judgeLedger, LEDGER, ledgerOf } from './ledger.ts';
import { type Action, openReplays, rebuild, themes } from './operator-actions.ts';
import { machineDown, type Operated, operatorProcess } from './operator-process.ts';
import { randomChoreography } from './random-choreography.ts';
import { OUTAGES, scenarioOf } from './random-scenario.ts';
import { judgeRegister, losing, REGISTER, registerOf } from './register.ts';
import { type HandWork, handWork } from './resolve-by-hand.ts';
import type { Scenario, Variant } from './run.ts';

/** Operators at once, and what each of them does. */
const OPERATORS_MAX = 3;
const ACTIONS_MAX = 12;
/** Milliseconds between two actions of one of them, at most. */
const ACTION_MILLISECONDS = [1_000, 10_000, 100_000] as const;
const HASTE = { times: 120, pause: 2_000 } as const;
/** Tries of what has to succeed in the end. */
const LAST_TRIES_MAX = 60;
const LAST_WAIT_MILLISECONDS = 10_000;
/** Of the operator function: time between two ticks, and of one. */
const TICK_MILLISECONDS = 60_000;
const TICK_LASTS_MILLISECONDS = 50_000;
/** Longer than the deadline of a saga. */
const CASES_AFTER_SECONDS = 1_000;
const CASES_ROUNDS = 4;
/** Longer than an attempt lasts. */
const CASES_WAIT_SECONDS = 100;

/** Some calls are made at most once: what became of them is for somebody to find out. */
function callingOnce(service: Service, random: Random, variant: Variant): Service {
  const reactions = reactionsOf(service).map((reaction) => {
    const once = reaction.compensation && reaction.callsOutside && variant !== 'outage' && random.chance(0.5);
    return (once ? { ...reaction, delivery: 'at-most-once' } : reaction) as unknown as Reaction;
  });
  return { ...service, reactions };
}

/** What an operator may be told; anything else is a fault. */
function isAnswer(error: unknown): boolean {
  return error === machineDown || isChoreographyError(error);
}

/** What one operator does, how often at most, and with which pauses in milliseconds. */
interface Shift {
  readonly may: readonly Action[];
  readonly times: number;
  readonly pause: number;
}

async function operate(
  engine: Engine,
  operated: Operated,
  { may, times, pause }: Shift,
  random: Random,
  told: (error: unknown) => void,
): Promise<void> {
  for (let left = 1 + random.integer(times); left > 0; left -= 1) {
    await engine.scheduler.sleep(random.integer(pause));
    const one = random.fork(`action ${left}`);
    const access = operatorProcess(operated, `operator ${one.pick(['ada', 'bob'])}`, one.fork('process'));
    await one.pick(may)(access, one, engine).catch(told);
  }
}

/** The operator function of the backbone, each minute. */
async function tick(operated: Operated, random: Random, isOver: () => boolean): Promise<void> {
  for (let count = 1; !isOver(); count += 1) {
    const process = operatorProcess(operated, 'operator function', random.fork(`tick ${count}`));
    const { clock, records } = process;
    const now = clock.now();
    await runJobs([runReplaysJob], {
      clock,
      records,
      telemetry: noTelemetry,
      process: `tick ${count}`,
      access: async () => process,
      deadline: now + TICK_LASTS_MILLISECONDS,
      goneAt: now + TICK_MILLISECONDS + 5_000,
    });
    await operated.access.clock.sleep(TICK_MILLISECONDS - TICK_LASTS_MILLISECONDS);
  }
}

/** Again until it is through: what was under way may still hold it up. */
async function atLast(engine: Engine, work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt >= LAST_TRIES_MAX || !isChoreographyError(error) || !error.retryable) throw error;
      await engine.scheduler.sleep(LAST_WAIT_MILLISECONDS);
    }
  }
}

/** Somebody brings everything to its end that the others have left. */
async function finish(engine: Engine, access: OperatorAccess, variant: Variant, isLosing: () => boolean): Promise<void> {
  for (const service of engine.services) await resumeConsumer(access, service);
  for (const consumer of engine.services) await redriveDeadLetters(access, { consumer, again: true, ratePerSecond: 100 }); // some were marked and not sent
  while (isLosing()) await engine.scheduler.sleep(1_000);
  for (const { id, generation } of await openReplays(access)) {
    if (generation !== undefined) continue; // with the rebuild
    await atLast(engine, async () => {
      await resumeReplay(access, id, 'to its end', 'terminal');
      await runReplay(access, id);
    });
  }
  const { building, kept } = await listGenerations(access, LEDGER);
  for (const number of kept) await discardGeneration(access, LEDGER, number);
  if (!building) return;
  const isGone = building.replay.state === 'stopped' || variant === 'short-claims'; // too old by now
  await (isGone ? discardGeneration(access, LEDGER, building.number) : atLast(engine, () => rebuild(access)));
}

/** When all deadlines have passed, two of them close what is open, at once. */
async function closeCases(engine: Engine, operated: Operated, byHand: HandWork, random: Random): Promise<void> {
  await engine.scheduler.sleep(CASES_AFTER_SECONDS * 1000);
  for (let round = 1; round <= CASES_ROUNDS; round += 1) {
    const both = ['ada', 'bob'].map((who) => {
      const one = random.fork(`${who} ${round}`);
      return byHand.resolve(operatorProcess(operated, who, one.fork('process')), one, engine).catch(() => undefined); // its machine went down
    });
    await Promise.all(both);
    await engine.scheduler.sleep(CASES_WAIT_SECONDS * 1000);
  }
  await byHand.cancelLeft(engine);
}

/** Operators who redrive, replay, rebuild, pause and resume, at once and against each other, while sagas run. */
export function operatedScenario(random: Random, variant: Variant): Scenario {
  const made = randomChoreography(random, variant === 'outage' ? random.pick(OUTAGES) : undefined);
  const scenario = scenarioOf(made);
  const byHand = handWork(made);
  const events = eventsOf(scenario.choreography);
  const services = [
    ...scenario.choreography.services.map((service) => callingOnce(service, random.fork(service.name), variant)),
    ledgerOf(events),
    registerOf(events),
  ];
  const loss = losing(random.fork('loss'));
  const problems: string[] = [];
  let operated: Operated | undefined;
  const told = (error: unknown) => {
    if (!isAnswer(error)) problems.push(`an operator was told ${error instanceof Error ? error.stack : error}`);
  };
  return {
    ...scenario,
    choreography: defineChoreography({ name: 'operated', services }),
    start: loss.start,
    attach(engine, commits) {
      scenario.attach?.(engine, commits);
      const ports = engine.operate(
        services.map((service) => ({ name: service.name, source: service.source, manifest: manifestOf(service) })),
      );
      operated = { access: { ...ports, platform: { wake: async () => ({ woken: false }) } }, commits };
    },
    async alongside(engine, chance) {
      const all = operated as Operated;
      const ports = all.access;
      const may = [...chance.pick(themes), byHand.resolve];
      const shifts: Shift[] = Array.from({ length: 1 + chance.integer(OPERATORS_MAX) }, () => ({
        may,
        times: ACTIONS_MAX,
        pause: chance.pick(ACTION_MILLISECONDS),
      }));
      if (chance.chance(0.3)) shifts.push({ may: [byHand.resolve], ...HASTE }); // closes cases as soon as they are there
      let isOver = false;
      const ticks = tick(all, chance.fork('platform'), () => isOver);
      const operators = shifts.map((shift, index) => operate(engine, all, shift, chance.fork(`operator ${index}`), told));
      await Promise.all(operators);
      isOver = true;
      await ticks;
      const isLosing = () => !loss.isOver(engine.scheduler.now());
      await finish(engine, ports, variant, isLosing).catch((error: unknown) => problems.push(`the last operator failed: ${error}`));
      await closeCases(engine, all, byHand, chance.fork('cases'));
      // What was lost comes back.
      const { id } = await startReplay(ports, { consumer: REGISTER, from: { kind: 'start' }, ratePerSecond: 200 });
      await runReplay(ports, id);
    },
    judge: (engine, answers) => [...problems, ...judgeLedger(engine), ...judgeRegister(engine), ...scenario.judge(engine, answers)],
  };
}
