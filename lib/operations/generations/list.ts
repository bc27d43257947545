import type { BuildProblem } from '../../runtime/journal/generations.ts';
import { findConsumer, type OperatorAccess } from '../access.ts';
import { loadReplay } from '../replay/record.ts';
import { type ReplayReport, reportOf } from '../replay/report.ts';
import { loadGenerations } from './document.ts';

/** The generations of one consumer's state. */
export interface GenerationsReport {
  readonly consumer: string;
  /** What live messages write, and readers see. */
  readonly current: number;
  /** Older ones that are still stored, newest first. */
  readonly kept: readonly number[];
  readonly building?: {
    readonly number: number;
    /** Milliseconds since 1970. */
    readonly startedAt: number;
    /** Live messages wait for the switch. */
    readonly closed: boolean;
    readonly replay: ReplayReport;
    /** The last message that its reactions failed on. */
    readonly problem?: BuildProblem;
  };
}

/** What there is of a consumer's state. @throws UNKNOWN_SERVICE, REPLAY_NOT_FOUND */
export async function listGenerations(access: OperatorAccess, name: string): Promise<GenerationsReport> {
  const { name: consumer } = await findConsumer(access, name);
  const { current, kept, building } = await loadGenerations(access, consumer);
  if (!building) return { consumer, current, kept };
  const { number, startedAt, replay, problem, closedUntil } = building;
  const report = reportOf((await loadReplay(access, replay)).record);
  const hindered = problem ? { problem } : {};
  return { consumer, current, kept, building: { number, startedAt, closed: closedUntil !== undefined, replay: report, ...hindered } };
}
