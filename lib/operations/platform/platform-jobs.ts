import { countStuckJob } from './count-stuck.ts';
import type { Job } from './jobs.ts';
import { runReplaysJob } from './run-replays.ts';

/**
 * What the operator function does with each tick, in this order. A job that is quick stands before one that takes all the
 * time it gets: what it leaves of its share goes to those behind it.
 */
export const platformJobs: readonly Job[] = [countStuckJob, runReplaysJob];
