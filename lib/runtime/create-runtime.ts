import { assembleRuntime } from './assemble-runtime.ts';
import { drain } from './paths/drain.ts';
import { drainTask } from './paths/drain-task.ts';
import { execute } from './paths/execute.ts';
import { replayOne } from './paths/replay.ts';
import { sweep } from './paths/sweep.ts';
import type { RuntimeOptions, ServiceRuntime } from './service-runtime.ts';

/**
 * Runs one service on any set of ports: the same code in the embedded engine, on an emulator and on AWS.
 * @throws CLIENT_MISSING, INVALID_SETTINGS
 */
export const createRuntime = (options: RuntimeOptions): ServiceRuntime =>
  assembleRuntime(options, { drain, drainTask, execute, replayOne, sweep });
