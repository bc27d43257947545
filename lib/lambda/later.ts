// What most processes never need, together: a start reads one more file for each set of modules that something else loads as
// well, and opening a file takes as long as some KiB of code.
export { allPaths } from '../runtime/all-paths.ts';
export { drainDeadLetters } from './batches/dead-letter-batch.ts';
export { runReplays } from './batches/replay-batch.ts';
export { runCommand } from './command.ts';
