import { type AnyService, reactionsOf } from '../contract/service.ts';
import type { BatchMode } from './batch/work-item.ts';
import { jitter, type RuntimeContext } from './context.ts';
import { type BuildProblem, FIRST_GENERATION, type Generations, hindered, reopened } from './journal/generations.ts';
import { storeIn } from './journal/in-generation.ts';
import type { Store } from './ports/store.ts';

/** Longest wait before messages are given back that come while a switch is under way, in milliseconds: the transport would hand them over at once. */
const CLOSED_WAIT_MILLISECONDS = 2_000;

/** Whether all that the service keeps can be built anew from events: each reaction says so, and none is on a command, which no stream holds. */
export function isRebuildable(service: AnyService): boolean {
  return reactionsOf(service).every(({ reprocessable, on }) => reprocessable && on.every(({ kind }) => kind === 'event'));
}

function contextIn(context: RuntimeContext, generation: number, building?: number): RuntimeContext {
  if (generation === 1) return context;
  const store = storeIn(context.ports.store, generation, building !== undefined);
  return { ...context, ports: { ...context.ports, store }, ...(building === undefined ? {} : { building }) };
}

/**
 * The store of a service that cannot be rebuilt: it stays in the generation in which it was when it last could. A process
 * looks once, at its first call.
 */
export function stayingStore(store: Store): Store {
  let found: Store | undefined;
  const look = async (): Promise<Store> => {
    const { current } = (await store.generations()) ?? FIRST_GENERATION;
    found = current === 1 ? store : storeIn(store, current);
    return found;
  };
  type Method = (...parameters: readonly unknown[]) => Promise<unknown>;
  const methodOf = (of: Store, name: string): Method => (of as unknown as Readonly<Record<string, Method>>)[name] as Method;
  const staying = Object.keys(store).map((name) => {
    const method: Method = (...parameters) =>
      found ? methodOf(found, name)(...parameters) : look().then((there) => methodOf(there, name)(...parameters));
    return [name, method] as const;
  });
  return Object.fromEntries(staying) as unknown as Store;
}

/** Where a round runs. `closed`: not now, a generation is filled or switched to. `gone`: its generation was discarded. */
export type RoundPlace = { readonly context: RuntimeContext } | 'closed' | 'gone';

async function change(context: RuntimeContext, next: Generations | undefined, before: Generations): Promise<void> {
  if (next) await context.ports.store.putGenerations(next, before.version);
}

/** The place of live messages; a switch that nobody carries on is called off. */
async function livePlace(context: RuntimeContext, known: Generations): Promise<RoundPlace> {
  const { closedUntil } = known.building ?? {};
  if (closedUntil === undefined) return { context: contextIn(context, known.current) };
  const now = context.ports.clock.now();
  if (closedUntil <= now)
    await change(context, reopened(known), known); // the next round sees what came of it
  else await context.ports.clock.sleep(Math.max(1, jitter(context, Math.min(CLOSED_WAIT_MILLISECONDS, closedUntil - now))));
  return 'closed';
}

/** Claims of the generation must outlive its messages: a copy would be applied twice. */
function isTooOld({ ports, settings }: RuntimeContext, startedAt: number): boolean {
  return ports.clock.now() - startedAt > settings.messageAgeSecondsMax * 1000;
}

/**
 * Looks up where a round runs, before it reads anything else. What it is about was on the stream before that look: a round
 * that saw no switch coming has messages only that the replay, which reads on after closing, is still to read. So nothing
 * of it is missing in the new generation, however late it commits. Redrives wait for the switch: what they bring may have
 * been corrected, or have left the stream. `generation`: of a message that a replay sent into one.
 * @throws STORE_THROTTLED, STORE_UNAVAILABLE (retryable)
 */
export async function placeOf(context: RuntimeContext, mode: BatchMode, generation: number | undefined): Promise<RoundPlace> {
  if (!context.rebuildable) return generation === undefined ? { context } : 'gone';
  const known = (await context.ports.store.generations()) ?? FIRST_GENERATION;
  if (generation === undefined) return mode === 'replay' && known.building ? 'closed' : livePlace(context, known);
  if (known.current === generation) return { context: contextIn(context, generation) };
  if (known.building?.number !== generation) return 'gone';
  if (!isTooOld(context, known.building.startedAt)) return { context: contextIn(context, generation, generation) };
  const message = `Generation ${generation} was begun longer ago than messages are recognised; discard it and start again.`;
  await noteProblem(context, { code: 'GENERATION_TOO_OLD', message });
  return 'gone';
}

/** Notes why the generation that is filled does not come on, for those who wait for it. Best effort; the same problem is noted once. */
export async function noteProblem({ ports }: RuntimeContext, problem: Omit<BuildProblem, 'at'>): Promise<void> {
  const known = await ports.store.generations();
  const { at: _, ...before } = known?.building?.problem ?? { at: 0 };
  if (!known || JSON.stringify(before) === JSON.stringify(problem)) return;
  const next = hindered(known, { at: ports.clock.now(), ...problem });
  if (next) await ports.store.putGenerations(next, known.version);
}
