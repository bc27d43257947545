/** LocalStack as a plain process, without Docker: install, start, stop, look. */
export { clientEnv, type Emulator } from './emulator.ts';
export { installLocalStack } from './install.ts';
export { type StartOptions, startLocalStack } from './start.ts';
export { type EmulatorStatus, statusOf } from './status.ts';
export { type NamedOptions, stopLocalStack } from './stop.ts';
