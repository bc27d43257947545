import type { RuntimePaths } from '../runtime/runtime-paths.ts';

const load = async () => (await import('./later.ts')).allPaths;

/** The paths of a runtime, loaded at the first use of one: most functions start for a batch, and a start is to read little. */
export const laterPaths: RuntimePaths = {
  drain: async (...call) => (await load()).drain(...call),
  drainTask: async (...call) => (await load()).drainTask(...call),
  execute: async (...call) => (await load()).execute(...call),
  replayOne: async (...call) => (await load()).replayOne(...call),
  sweep: async (...call) => (await load()).sweep(...call),
};
