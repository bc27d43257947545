import type { BuildProblem } from '../../runtime/journal/generations.ts';
import { findConsumer, type OperatorAccess } from '../access.ts';
import { loadReplay } from '../replay/record.ts';
import { type ReplayReport, reportOf } from '../replay/report.ts';
import { loadGenerations } from './document.ts';
import { type Standstill, standstillOf } from './standstill.ts';

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
    /** Nobody brings it to its end. */
    readonly standstill?: Standstill;
  };
}

/** What there is of a consumer's state. @throws UNKNOWN_SERVICE, REPLAY_NOT_FOUND */
export async function listGenerations(access: OperatorAccess, name: string): Promise<GenerationsReport> {
  const { name: consumer } = await findConsumer(access, name);
  const { current, kept, building } = await loadGenerations(access, consumer);
  if (!building) return { consumer, current, kept };
  const { number, startedAt, replay, problem, closedUntil } = building;
  const { record } = await loadReplay(access, replay);
  const report = reportOf(record);
  const standstill = standstillOf(consumer, building, record, access.clock.now());
  const hindered = { ...(problem ? { problem } : {}), ...(standstill ? { standstill } : {}) };
  return { consumer, current, kept, building: { number, startedAt, closed: closedUntil !== undefined, replay: report, ...hindered } };
}
