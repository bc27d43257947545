// What operators do in the simulation, each without looking at what the others do.
import type { Engine } from '../../lib/embedded/engine.ts';
import type { Random } from '../../lib/embedded/random.ts';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { pauseConsumer, resumeConsumer } from '../../lib/operations/consumers.ts';
import { redriveDeadLetters } from '../../lib/operations/dead-letters/redrive.ts';
import { discardGeneration } from '../../lib/operations/generations/discard.ts';
import { listGenerations } from '../../lib/operations/generations/list.ts';
import { switchGeneration } from '../../lib/operations/generations/switch.ts';
import { listReplays, pauseReplay, resumeReplay, startReplay, stopReplay } from '../../lib/operations/replay/manage.ts';
import type { ReplayReport } from '../../lib/operations/replay/report.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import { LEDGER } from './ledger.ts';
import { REGISTER } from './register.ts';

/** What one operator may do; each looks first at what is there. */
export type Action = (access: OperatorAccess, random: Random, engine: Engine) => Promise<unknown>;

/** Replays that are not at their end. */
export async function openReplays(access: OperatorAccess): Promise<readonly ReplayReport[]> {
  const { items } = await listReplays(access, { limit: 100 });
  return items.filter(({ state }) => state === 'running' || state === 'paused');
}

/** One of those that are under way, whoever began it. */
async function withReplay(access: OperatorAccess, random: Random, work: (replay: ReplayReport) => Promise<unknown>): Promise<void> {
  const open = await openReplays(access);
  if (open.length > 0) await work(random.pick(open));
}

/** Fills a generation and switches to it, from wherever somebody has got to. */
export async function rebuild(access: OperatorAccess): Promise<void> {
  const { building } = await listGenerations(access, LEDGER);
  const id =
    building?.replay.id ??
    (await startReplay(access, { consumer: LEDGER, from: { kind: 'start' }, mode: 'reprocess', ratePerSecond: 500 })).id;
  await resumeReplay(access, id).catch(() => undefined); // done already
  await runReplay(access, id);
  await switchGeneration(access, LEDGER);
}

const redrive: Action = (access, random, engine) =>
  redriveDeadLetters(access, { consumer: random.pick(engine.services), again: random.chance(0.2), ratePerSecond: 100 });

const replays: readonly Action[] = [
  async (access, random) => {
    const on = random.pick(['platform', 'terminal'] as const);
    const { id } = await startReplay(access, { consumer: REGISTER, from: { kind: 'start' }, ratePerSecond: random.pick([5, 200]) }, on);
    if (on === 'terminal') await runReplay(access, id);
  },
  (access, random) => withReplay(access, random, ({ id }) => runReplay(access, id)),
  (access, random) => withReplay(access, random, ({ id }) => pauseReplay(access, id)),
  (access, random) => withReplay(access, random, ({ id }) => resumeReplay(access, id, 'go on', random.pick(['platform', 'terminal']))),
  (access, random) => withReplay(access, random, ({ id }) => stopReplay(access, id)),
];

const discard: Action = async (access) => {
  const { building, kept } = await listGenerations(access, LEDGER);
  const number = building?.number ?? kept[0];
  if (number !== undefined) await discardGeneration(access, LEDGER, number);
};

const consumers: readonly Action[] = [
  (access, random, engine) => pauseConsumer(access, random.pick(engine.services), 'let me look'),
  (access, random, engine) => resumeConsumer(access, random.pick(engine.services)),
];

/** What the operators of one run do: a few things, so that they meet. */
export const themes: readonly (readonly Action[])[] = [
  [rebuild],
  [rebuild, discard],
  [rebuild, ...consumers],
  replays,
  [redrive, ...replays, ...consumers],
  [redrive, rebuild, discard, ...replays, ...consumers],
];
