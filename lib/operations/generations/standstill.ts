import { isChoreographyError } from '../../contract/errors.ts';
import type { BuildingGeneration } from '../../runtime/journal/generations.ts';
import type { OperatorAccess } from '../access.ts';
import { loadReplay, type ReplayRecord } from '../replay/record.ts';
import { loadGenerations } from './document.ts';

/**
 * A generation that nobody brings to its end. `switch-silent`: live messages wait for a switch, and whoever runs it has
 * written nothing for a while. `switch-lapsed`: it was not finished in its time; the next live message calls it off.
 * `not-switched`: it is filled, and nobody has switched to it. `fill-silent`: it is being filled, and nobody does it.
 */
export interface Standstill {
  readonly kind: 'switch-silent' | 'switch-lapsed' | 'not-switched' | 'fill-silent';
  readonly generation: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Of `switch-silent`: milliseconds since 1970 at which live messages go on by themselves. */
  readonly closedUntil?: number;
  /** A command that brings it to its end. */
  readonly next: string;
}

/** Milliseconds without a word of a run; one that is alive writes every five seconds. */
const SILENT_MILLISECONDS = 30_000;
/** The same of a run that fills: it may wait for messages that are slow, up to ten minutes. */
const FILL_SILENT_MILLISECONDS = 600_000;
/** Milliseconds that a filled generation may wait: somebody compares it first. */
const NOT_SWITCHED_MILLISECONDS = 3_600_000;

/** What stands still about a generation that is filled. `undefined`: nothing, or not yet. */
export function standstillOf(
  consumer: string,
  building: BuildingGeneration,
  { id, state, updatedAt }: Pick<ReplayRecord, 'id' | 'state' | 'updatedAt'>,
  nowMs: number,
): Standstill | undefined {
  const { number: generation, closedUntil } = building;
  const written = Date.parse(updatedAt);
  const isSilentFor = (milliseconds: number) => nowMs - written >= milliseconds;
  const again = { generation, next: `choreo generation switch ${consumer}` };
  if (closedUntil !== undefined && closedUntil <= nowMs) return { kind: 'switch-lapsed', since: closedUntil, ...again };
  if (closedUntil !== undefined)
    return isSilentFor(SILENT_MILLISECONDS) ? { kind: 'switch-silent', since: written, closedUntil, ...again } : undefined;
  if (state === 'done') return isSilentFor(NOT_SWITCHED_MILLISECONDS) ? { kind: 'not-switched', since: written, ...again } : undefined;
  if (state !== 'running' || !isSilentFor(FILL_SILENT_MILLISECONDS)) return undefined;
  return { kind: 'fill-silent', generation, since: written, next: `choreo replay resume ${id}` };
}

/** What a consumer's other generation means for its messages now. */
export interface GenerationState {
  readonly number: number;
  /** Live messages wait for the switch. */
  readonly closed: boolean;
  readonly standstill?: Standstill;
}

/** The generation of a consumer that is filled. `undefined`: there is none. @throws UNKNOWN_SERVICE */
export async function readGenerationState(access: OperatorAccess, consumer: string): Promise<GenerationState | undefined> {
  const { building } = await loadGenerations(access, consumer);
  if (!building) return undefined;
  const found = await loadReplay(access, building.replay).catch((error: unknown) => {
    if (isChoreographyError(error, 'REPLAY_NOT_FOUND')) return undefined; // its document is only a part of what is shown
    throw error;
  });
  const standstill = found && standstillOf(consumer, building, found.record, access.clock.now());
  return { number: building.number, closed: building.closedUntil !== undefined, ...(standstill ? { standstill } : {}) };
}
