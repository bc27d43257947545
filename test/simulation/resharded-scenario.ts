// The stream gets other shards while sagas run, and while operators replay, redrive and rebuild a read model.
import { defineChoreography } from 'aws-choreography';
import { isChoreographyError } from '../../lib/contract/errors.ts';
import type { Engine } from '../../lib/embedded/engine.ts';
import type { Random } from '../../lib/embedded/random.ts';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { listGenerations } from '../../lib/operations/generations/list.ts';
import { switchGeneration } from '../../lib/operations/generations/switch.ts';
import { startReplay } from '../../lib/operations/replay/manage.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import { manifestOf } from '../../lib/topology/manifest.ts';
import { eventsOf } from './events-of.ts';
import { judgeLedger, LEDGER, ledgerOf } from './ledger.ts';
import { randomScenario, redriveScenario } from './random-scenario.ts';
import type { Scenario, Variant } from './run.ts';

/** Times that shards are split or merged. */
const RESHARDS_MAX = 8;
/** Milliseconds between two of them, at most. */
const RESHARD_MILLISECONDS = [300, 1_000, 10_000] as const;
/** Milliseconds until an operator begins, at most. */
const OPERATOR_MILLISECONDS_MAX = 6_000;
/** Tries of a rebuild that finds the service busy. */
const REBUILD_TRIES_MAX = 20;
const REBUILD_WAIT_MILLISECONDS = 5_000;

/** Splits a shard, or merges two. */
function reshard({ stream }: Engine, random: Random): void {
  const open = stream.shards.filter(stream.isOpen);
  const one = random.pick(open);
  const others = open.filter((shard) => shard !== one);
  if (others.length > 0 && random.chance(0.5)) stream.merge(one, random.pick(others));
  else stream.split(one);
}

async function reshardNowAndThen(engine: Engine, random: Random): Promise<void> {
  const times = 1 + random.integer(RESHARDS_MAX);
  const pauseMilliseconds = random.pick(RESHARD_MILLISECONDS);
  for (let time = 1; time <= times; time += 1) {
    await engine.scheduler.sleep(random.integer(pauseMilliseconds));
    reshard(engine, random);
  }
}

/** Fills a generation and switches to it; goes on where an earlier try has got to. */
async function rebuildOnce(access: OperatorAccess): Promise<void> {
  const { building } = await listGenerations(access, LEDGER);
  const id =
    building?.replay.id ??
    (await startReplay(access, { consumer: LEDGER, from: { kind: 'start' }, mode: 'reprocess', ratePerSecond: 500 })).id;
  await runReplay(access, id);
  await switchGeneration(access, LEDGER);
}

async function rebuild(engine: Engine, access: OperatorAccess): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rebuildOnce(access);
    } catch (error) {
      if (attempt >= REBUILD_TRIES_MAX || !isChoreographyError(error) || !error.retryable) throw error;
      await engine.scheduler.sleep(REBUILD_WAIT_MILLISECONDS);
    }
  }
}

/** Sends all of the stream to a service once more. */
async function replay(engine: Engine, access: OperatorAccess, random: Random): Promise<void> {
  const { id } = await startReplay(access, { consumer: random.pick(engine.services), from: { kind: 'start' }, ratePerSecond: 200 });
  await runReplay(access, id);
}

/** Other shards while sagas run, and while a read model is rebuilt, once or twice, and events are replayed and redriven. */
export function reshardedScenario(random: Random, variant: Variant): Scenario {
  const scenario = random.fork('scenario').pick([randomScenario, randomScenario, redriveScenario])(random, variant);
  const services = [...scenario.choreography.services, ledgerOf(eventsOf(scenario.choreography))];
  const choreography = defineChoreography({ name: 'resharded', services });
  const problems: string[] = [];
  let access: OperatorAccess | undefined;
  async function rebuildAll(engine: Engine, chance: Random): Promise<void> {
    if (variant === 'short-claims') return; // a process that crashes takes a third of their life, and a rebuild has to end within it
    for (let left = 1 + chance.integer(3); left > 0; left -= 1) {
      await engine.scheduler.sleep(chance.integer(OPERATOR_MILLISECONDS_MAX));
      await rebuild(engine, access as OperatorAccess);
    }
  }
  async function replayAll(engine: Engine, chance: Random): Promise<void> {
    if (chance.chance(0.5)) return;
    await engine.scheduler.sleep(chance.integer(OPERATOR_MILLISECONDS_MAX));
    await replay(engine, access as OperatorAccess, chance);
  }
  return {
    ...scenario,
    choreography,
    attach(engine, commits) {
      scenario.attach?.(engine, commits);
      access = engine.operate(services.map((service) => ({ name: service.name, source: service.source, manifest: manifestOf(service) })));
    },
    async alongside(engine, chance) {
      const failed = (what: string) => (error: unknown) => void problems.push(`${what} failed: ${error}`);
      await Promise.all([
        reshardNowAndThen(engine, chance.fork('reshard')),
        rebuildAll(engine, chance.fork('rebuild')).catch(failed('a rebuild')),
        replayAll(engine, chance.fork('replay')).catch(failed('a replay')),
      ]);
    },
    judge: (engine, answers) => [...problems, ...judgeLedger(engine), ...scenario.judge(engine, answers)],
  };
}
