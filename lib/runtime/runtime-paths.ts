import type { drain } from './paths/drain.ts';
import type { drainTask } from './paths/drain-task.ts';
import type { execute } from './paths/execute.ts';
import type { replayOne } from './paths/replay.ts';
import type { sweep } from './paths/sweep.ts';

/** What a runtime does besides batches. A function of AWS loads each at its first use; who counts every turn has them all at hand. */
export interface RuntimePaths {
  readonly drain: typeof drain;
  readonly drainTask: typeof drainTask;
  readonly execute: typeof execute;
  readonly replayOne: typeof replayOne;
  readonly sweep: typeof sweep;
}
