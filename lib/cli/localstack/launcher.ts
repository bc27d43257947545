import {
  type Emulator,
  type EmulatorStatus,
  type NamedOptions,
  type StartOptions,
  startLocalStack,
  statusOf,
  stopLocalStack,
} from '../../localstack/index.ts';

/** What the commands need of an emulator: a fake in tests. */
export interface Launcher {
  start(options: StartOptions): Promise<Pick<Emulator, 'endpoint'>>;
  stop(options: NamedOptions): Promise<boolean>;
  status(options: NamedOptions): Promise<EmulatorStatus>;
}

/** LocalStack without Docker. */
export const localStackLauncher: Launcher = { start: startLocalStack, stop: stopLocalStack, status: statusOf };
