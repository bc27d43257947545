import type { RuntimePaths } from '../runtime/runtime-paths.ts';

/** The paths of a runtime, each loaded at its first use: most functions start for a batch, and a start is to read little. */
export const laterPaths: RuntimePaths = {
  drain: async (...call) => (await import('../runtime/paths/drain.ts')).drain(...call),
  drainTask: async (...call) => (await import('../runtime/paths/drain-task.ts')).drainTask(...call),
  execute: async (...call) => (await import('../runtime/paths/execute.ts')).execute(...call),
  replayOne: async (...call) => (await import('../runtime/paths/replay.ts')).replayOne(...call),
  sweep: async (...call) => (await import('../runtime/paths/sweep.ts')).sweep(...call),
};
