import { clientEnv } from './emulator.ts';
import { localStackVersion } from './folders.ts';
import { readState } from './state-file.ts';
import type { NamedOptions } from './stop.ts';

const ANSWER_SECONDS = 5;

/** An emulator, seen from any process. */
export interface EmulatorStatus {
  /** Version of LocalStack. */
  readonly localstack: string;
  /** `silent`: it runs, but does not answer. */
  readonly state: 'up' | 'silent' | 'down';
  readonly endpoint?: string;
  readonly port?: number;
  readonly pid?: number;
  readonly log?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Whether LocalStack answers at this endpoint. */
export async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_localstack/health`, { signal: AbortSignal.timeout(ANSWER_SECONDS * 1000) })).ok;
  } catch {
    return false;
  }
}

/** How an emulator is. */
export async function statusOf({ env = process.env, name = 'default' }: NamedOptions = {}): Promise<EmulatorStatus> {
  const localstack = localStackVersion();
  const run = await readState(env, name);
  if (run === undefined) return { localstack, state: 'down' };
  const { endpoint, port, pid, log } = run;
  return { localstack, state: (await answers(endpoint)) ? 'up' : 'silent', endpoint, port, pid, log, env: clientEnv(endpoint) };
}
