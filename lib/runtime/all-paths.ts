import { drain } from './paths/drain.ts';
import { drainTask } from './paths/drain-task.ts';
import { execute } from './paths/execute.ts';
import { replayOne } from './paths/replay.ts';
import { sweep } from './paths/sweep.ts';
import type { RuntimePaths } from './runtime-paths.ts';

/** All of them at hand. */
export const allPaths: RuntimePaths = { drain, drainTask, execute, replayOne, sweep };
