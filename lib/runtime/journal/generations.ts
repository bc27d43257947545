import { canonicalText } from '../../schema/canonical-text.ts';
import { hashOf } from './hash.ts';

/** The last message that a generation's reactions failed on. */
export interface BuildProblem {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly code: string;
  readonly message: string;
  /** The message that failed, and whose it is. Absent: it is about none of them. */
  readonly event?: { readonly type: string; readonly id: string; readonly source: string };
}

/** A generation that a replay fills, and that nobody reads yet. */
export interface BuildingGeneration {
  readonly number: number;
  /** Id of the replay. */
  readonly replay: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Live messages wait for the switch, until then (milliseconds since 1970) at the longest. Absent: they go into the current generation. */
  readonly closedUntil?: number;
  readonly problem?: BuildProblem;
}

/**
 * Which generations of a service's state there are: one document a journal. Without one there is generation 1 and no other.
 * Live messages and readers are in the current one.
 */
export interface Generations {
  /** Follows from what it says and from the version before it: who writes the same twice has written it once. */
  readonly version: string;
  readonly current: number;
  /** The highest number so far: none is given twice, so that what is late for one never meets another. */
  readonly highest: number;
  /** Milliseconds since 1970 at which the current one was begun: of events before that it has what the stream kept then. @default - it is the first */
  readonly since?: number;
  readonly building?: BuildingGeneration;
  /** Older ones that are still stored, newest first. */
  readonly kept: readonly number[];
}

/** What holds where there is no document. */
export const FIRST_GENERATION: Generations = { version: '', current: 1, highest: 1, kept: [] };

function after(before: Generations, next: Omit<Generations, 'version'>): Generations {
  return { ...next, version: hashOf('generations', before.version, canonicalText(next)) };
}

/** Begins the next one. */
export function begun(before: Generations, replay: string, nowMs: number): Generations {
  const { version: _, ...rest } = before;
  const number = before.highest + 1;
  return after(before, { ...rest, highest: number, building: { number, replay, startedAt: nowMs } });
}

/** Changes what is known of the one that is filled; `undefined`: there is none. */
function withBuilding(before: Generations, change: (building: BuildingGeneration) => BuildingGeneration): Generations | undefined {
  const { version: _, ...rest } = before;
  return before.building && after(before, { ...rest, building: change(before.building) });
}

/** Lets live messages wait. */
export function closed(before: Generations, closedUntil: number): Generations | undefined {
  return withBuilding(before, (building) => ({ ...building, closedUntil }));
}

/** Lets live messages go on in the current one. */
export function reopened(before: Generations): Generations | undefined {
  return withBuilding(before, ({ closedUntil: _, ...building }) => building);
}

/** Notes what stands in the way. */
export function hindered(before: Generations, problem: BuildProblem): Generations | undefined {
  return withBuilding(before, (building) => ({ ...building, problem }));
}

/** Makes the one that was filled the current one; the old one is kept. */
export function switched(before: Generations): Generations | undefined {
  const { version: _, building, ...rest } = before;
  return (
    building && after(before, { ...rest, current: building.number, since: building.startedAt, kept: [before.current, ...before.kept] })
  );
}

/** Takes one out of the document, filled or kept; the current one stays. */
export function withoutGeneration(before: Generations, number: number): Generations {
  const { version: _, building, ...rest } = before;
  const left = building && building.number !== number ? { building } : {};
  return after(before, { ...rest, ...left, kept: before.kept.filter((one) => one !== number) });
}
