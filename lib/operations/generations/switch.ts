import { ChoreographyError } from '../../contract/errors.ts';
import { CLOCK_SKEW_SECONDS } from '../../contract/limits.ts';
import { closed, type Generations, reopened, switched } from '../../runtime/journal/generations.ts';
import { findConsumer, isoOf, type OperatorAccess, streamOf } from '../access.ts';
import { audited } from '../audit.ts';
import { withPatience } from '../patience.ts';
import { loadReplay, type ReplayRecord, saveReplay } from '../replay/record.ts';
import { checkRebuildable } from '../replay/reprocess.ts';
import { runReplay } from '../replay/run.ts';
import type { RunOptions } from '../replay/turn.ts';
import { changeGenerations, loadGenerations, putGenerations } from './document.ts';

/** What a switch came to. */
export interface SwitchReport {
  readonly consumer: string;
  readonly generation: number;
  /** The one before, which is kept. */
  readonly before: number;
  /** Messages that came while it was filled and were sent into it, too. */
  readonly caughtUp: number;
  /** Milliseconds for which live messages waited. */
  readonly closedMilliseconds: number;
}

/** Seconds for which live messages wait at most: behind them the service itself calls the switch off. */
const CLOSED_SECONDS = 300;

type Building = Generations & Required<Pick<Generations, 'building'>>;

function refuse(code: string, message: string, details: Readonly<Record<string, unknown>>, retryable = false): never {
  throw new ChoreographyError(code, message, { details, retryable });
}

function checkBuilding(consumer: string, known: Generations): asserts known is Building {
  if (known.building) return;
  refuse(
    'NO_GENERATION',
    `${consumer} is in generation ${known.current}, and no other one is filled; start a replay with mode reprocess.`,
    {
      consumer,
    },
  );
}

/** A generation must have everything that was on the stream when its replay began. */
function checkFilled({ id, state, gaps }: ReplayRecord, consumer: string, number: number): void {
  const details = { consumer, number, replay: id };
  if (state !== 'done') {
    const next = state === 'stopped' ? `choreo generation discard ${consumer} ${number}` : `choreo replay resume ${id}`;
    refuse('GENERATION_UNFINISHED', `Generation ${number} of ${consumer} is not filled: its replay is ${state}. Next: ${next}.`, details);
  }
  if (gaps.length === 0) return;
  refuse(
    'GENERATION_INCOMPLETE',
    `Generation ${number} of ${consumer} lacks records that expired before they were read, e.g. of ${gaps[0]?.shard}; discard it and start again.`,
    details,
  );
}

/** Reads on from where the replay has got to; what came meanwhile is sent, too. @throws GENERATION_UNFINISHED and what `runReplay` throws */
async function catchUp(access: OperatorAccess, id: string, until: number, options: RunOptions): Promise<ReplayRecord> {
  const { record: stored, version } = await loadReplay(access, id);
  const { on: _, ...record } = stored; // the switch runs it, and the platform leaves it alone from here on
  const listed = new Set((await withPatience(access.clock, () => streamOf(access).shards())).map((shard) => shard.id));
  const shards = Object.entries(record.shards).map(([shard, { done, early: _, ...state }]) => {
    return [shard, done && !listed.has(shard) ? { ...state, done } : state] as const; // one that has expired since was read to its end
  });
  const next = await saveReplay(access, { ...record, state: 'running', until, shards: Object.fromEntries(shards) }, version);
  if (next) await runReplay(access, id, options);
  const { record: ended } = await loadReplay(access, id);
  checkFilled(ended, ended.spec.consumer, ended.generation ?? 0);
  if (ended.until === until) return ended;
  return refuse('REPLAY_TAKEN', `The replay ${id} is run by somebody else now; look at it there.`, { id }, true);
}

/** Lets live messages go on, if this switch still holds them up. Best effort: the service does it itself after a while. */
async function reopen(access: OperatorAccess, consumer: string, closedUntil: number): Promise<void> {
  const change = (known: Generations) => (known.building?.closedUntil === closedUntil ? reopened(known) : undefined);
  await changeGenerations(access, consumer, change).catch(() => undefined);
}

/** The switch itself, on condition that nobody has called it off: then live messages went into the old one. @throws GENERATION_REOPENED (retryable) */
async function finish(access: OperatorAccess, consumer: string, number: number, closedUntil: number): Promise<Generations> {
  const known = await loadGenerations(access, consumer);
  const isOurs = known.building?.number === number && known.building.closedUntil === closedUntil;
  const next = isOurs ? switched(known) : undefined;
  if (next && (await putGenerations(access, consumer, next, known))) return next;
  return refuse(
    'GENERATION_REOPENED',
    `The switch of ${consumer} took longer than ${CLOSED_SECONDS} s, or somebody else has called it off, so its live messages went on. Nothing is lost; switch again.`,
    { consumer, number },
    true,
  );
}

async function carryOut(access: OperatorAccess, consumer: string, known: Building, options: RunOptions): Promise<SwitchReport> {
  const { clock } = access;
  const { number, replay } = known.building;
  const filled = await loadReplay(access, replay);
  // Most of what came meanwhile, while live messages go on: what is left for the short time of closing is little.
  await catchUp(access, replay, clock.now(), options);
  const closedAt = clock.now();
  const closedUntil = closedAt + CLOSED_SECONDS * 1000;
  await changeGenerations(access, consumer, (before) => {
    checkBuilding(consumer, before);
    return closed(before, closedUntil);
  });
  try {
    // The operator's clock may be behind the stream's: records that arrive until then are read, too.
    const ended = await catchUp(access, replay, closedAt + CLOCK_SKEW_SECONDS * 1000, options);
    await finish(access, consumer, number, closedUntil);
    const closedMilliseconds = clock.now() - closedAt;
    const { version } = await loadReplay(access, replay);
    await saveReplay(access, { ...ended, switchedAt: isoOf(clock.now()) }, version);
    const caughtUp = ended.counts.sent - filled.record.counts.sent;
    return { consumer, generation: number, before: known.current, caughtUp, closedMilliseconds };
  } catch (error) {
    await reopen(access, consumer, closedUntil);
    throw error;
  }
}

/**
 * Makes the generation that a replay has filled the current one: it is brought up to the head of the stream; then live
 * messages wait while the last ones are read, and from the switch on they go into it. Interrupted at any point, nothing is
 * lost: before the switch the old one stays, and live messages go on in it after five minutes at the latest.
 * @throws UNKNOWN_SERVICE, NO_GENERATION, REPROCESS_REFUSED, GENERATION_UNFINISHED, GENERATION_INCOMPLETE, GENERATION_REOPENED
 * (retryable) and what `runReplay` throws
 */
export async function switchGeneration(
  access: OperatorAccess,
  name: string,
  options: RunOptions & { readonly reason?: string } = {},
): Promise<SwitchReport> {
  const { reason, ...run } = options;
  const info = await findConsumer(access, name);
  const { name: consumer } = info;
  const known = await loadGenerations(access, consumer);
  checkBuilding(consumer, known);
  checkRebuildable(info); // functions of a service that is not so any more do not look at the generations
  const { number, replay } = known.building;
  checkFilled((await loadReplay(access, replay)).record, consumer, number);
  const what = {
    action: 'generation.switch' as const,
    service: consumer,
    subject: String(number),
    ...(reason === undefined ? {} : { reason }),
  };
  return audited(access, what, async () => {
    const value = await carryOut(access, consumer, known, run);
    return { value, result: { ...value } };
  });
}
