import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChoreographyError } from '../contract/errors.ts';
import { lastLines } from './command.ts';
import { clientEnv, type Emulator, localStackCapabilities } from './emulator.ts';
import { type Environment, runFolder } from './folders.ts';
import { type Installation, installLocalStack, kinesisVersion, type LauncherOptions } from './install.ts';
import { withLock } from './lock.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';
import { serverEnv } from './server-env.ts';
import { type RunState, readState, removeRun, sweepRuns, writeState } from './state-file.ts';
import { answers } from './status.ts';
import { endProcess, sendSignal } from './stop.ts';

const START_SECONDS_MAX = 120;
const POLL_MILLISECONDS = 100;

/** Where and as whose the emulator runs. */
export interface StartOptions extends LauncherOptions {
  /** @default a free one, on 127.0.0.1 */
  readonly port?: number;
  /**
   * With a name, it goes on when this process ends, and `stopLocalStack` and `statusOf` find it from any other.
   * @default none: it ends with this process, however that ends
   */
  readonly name?: string;
}

let counter = 0;

/** The port itself, or a free one for 0; undefined when it is taken. */
function probePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}

async function portFor(asked: number | undefined): Promise<number> {
  const port = await probePort(asked ?? 0);
  if (port !== undefined) return port;
  throw new ChoreographyError('LOCALSTACK_PORT_TAKEN', `Port ${asked} of 127.0.0.1 is taken.`, {
    details: { why: 'Another process listens there.', fix: 'Give another --port, or none: then a free one is used.' },
  });
}

/** Folders of a run. An empty package.json keeps a "type" further up from deciding how the functions' code is loaded. */
async function prepare(folder: string, { kinesis }: Installation, version: string): Promise<void> {
  const place = join(folder, 'root', 'var', 'lib', 'localstack', 'lib', 'kinesis-local');
  for (const path of [place, join(folder, 'tmp'), join(folder, 'cache')]) await mkdir(path, { recursive: true });
  await writeFile(join(folder, 'tmp', 'package.json'), '{}');
  await symlink(kinesis, join(place, version)); // where LocalStack looks before it runs npm itself
}

function spawnGuard({ python }: Installation, folder: string, log: string, env: Environment, attached: boolean): ChildProcess {
  const file = openSync(log, 'w');
  try {
    const args = ['-m', 'choreo_localstack.guard', ...(attached ? ['--attached'] : [])];
    const guard = spawn(python, args, { cwd: folder, env, stdio: [attached ? 'pipe' : 'ignore', file, file], detached: true });
    guard.on('error', () => {}); // seen by its missing process id
    guard.unref();
    // Closed by the system when this process ends; the guard waits for that.
    (guard.stdin as unknown as { unref?(): void } | null)?.unref?.();
    return guard;
  } finally {
    closeSync(file);
  }
}

async function untilReady(guard: ProcessIdentity, endpoint: string): Promise<boolean> {
  for (let waited = 0; waited < START_SECONDS_MAX * 1000; waited += POLL_MILLISECONDS) {
    if (!(await isAlive(guard))) return false;
    if (await answers(endpoint)) return true;
    await sleep(POLL_MILLISECONDS);
  }
  return false;
}

function notStarted(log: string): ChoreographyError {
  return new ChoreographyError('LOCALSTACK_NOT_STARTED', 'LocalStack did not start.', {
    details: {
      why: `The end of its log:\n${lastLines(log)}`,
      fix: `See ${log}; run the command again with CHOREO_LOCALSTACK_DEBUG=1 to see more.`,
    },
  });
}

async function launch(
  installation: Installation,
  name: string,
  attached: boolean,
  asked: number | undefined,
  env: Environment,
): Promise<RunState> {
  await removeRun(env, name);
  const folder = runFolder(env, name);
  const version = await kinesisVersion();
  const port = await portFor(asked);
  await prepare(folder, installation, version);
  const [endpoint, log] = [`http://127.0.0.1:${port}`, join(folder, 'localstack.log')];
  const environment = serverEnv(installation, { port, folder, kinesisVersion: version }, env);
  const { pid } = spawnGuard(installation, folder, log, environment, attached);
  const guard = pid === undefined ? undefined : await identify(pid);
  if (guard === undefined) throw notStarted(log);
  const state = { ...guard, port, endpoint, log };
  await writeState(env, name, state);
  const end = () => sendSignal(guard.pid, 'SIGTERM');
  process.once('exit', end); // interrupted before it is ready: nobody knows of it
  const ready = await untilReady(guard, endpoint);
  process.off('exit', end);
  if (ready) return state;
  await endProcess(guard);
  const error = notStarted(log);
  await removeRun(env, name);
  throw error;
}

/**
 * Installs LocalStack if it is not there, and starts it, with empty state, in seconds.
 * @throws LOCALSTACK_RUNNING (one of that name runs), LOCALSTACK_PORT_TAKEN, LOCALSTACK_NOT_STARTED, and what installing throws
 */
export async function startLocalStack(options: StartOptions = {}): Promise<Emulator> {
  const { env = process.env, port } = options;
  counter += 1;
  const name = options.name ?? `process-${process.pid}-${counter}`;
  const attached = options.name === undefined;
  const installation = await installLocalStack(options);
  await sweepRuns(env);
  const state = await withLock(`${runFolder(env, name)}.lock`, async () => {
    const running = await readState(env, name);
    if (running === undefined) return launch(installation, name, attached, port, env);
    throw new ChoreographyError('LOCALSTACK_RUNNING', `LocalStack is already running, at ${running.endpoint}.`, {
      details: { why: `It is process ${running.pid}.`, fix: 'Use it, or stop it first: choreo localstack stop.' },
    });
  });
  return {
    endpoint: state.endpoint,
    env: clientEnv(state.endpoint),
    capabilities: localStackCapabilities,
    log: state.log,
    async stop() {
      await endProcess(state);
      await removeRun(env, name, attached);
    },
  };
}
