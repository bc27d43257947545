import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ChoreographyError } from '../../contract/errors.ts';

/** Where a served world is, for the other commands in the same folder. */
export interface EngineAddress {
  readonly port: number;
  readonly token: string;
  /** Id of the process. */
  readonly process: number;
}

/** The file with the address, in the folder where it was started. */
export function engineFile(folder: string): string {
  return join(folder, '.choreo', 'engine.json');
}

/** Writes it for the user alone: who can read it can do what the operator can. `false`: there is one already. */
function writeNew(file: string, address: EngineAddress): boolean {
  try {
    writeFileSync(file, `${JSON.stringify(address)}\n`, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Puts the address there. One that is there already stays if its world still answers, which `checkNobody` finds out; what
 * a process has left behind that was killed is replaced. @throws what `checkNobody` throws
 */
export async function claimEngineFile(folder: string, address: EngineAddress, checkNobody: () => Promise<void>): Promise<void> {
  const file = engineFile(folder);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (writeNew(file, address)) return;
  await checkNobody();
  rmSync(file, { force: true });
  // Who has come in between goes first.
  if (!writeNew(file, address)) await checkNobody();
}

/** Takes it away with its folder, unless another world has put its own there. */
export function removeEngineFile(folder: string, { token }: EngineAddress): void {
  const file = engineFile(folder);
  try {
    if (readEngineFile(folder).token !== token) return;
    rmSync(file, { force: true });
    rmdirSync(dirname(file));
  } catch {
    // It is gone already, or something else is in the folder.
  }
}

const PORT_MAX = 65_535;

/** The folder may be another one's: no text in place of the port leads a command, with what it sends, to another machine. */
function isAddress(value: unknown): value is EngineAddress {
  const { port, token, process } = (value ?? {}) as Partial<EngineAddress>;
  const isPort = Number.isInteger(port) && (port as number) > 0 && (port as number) <= PORT_MAX;
  return isPort && typeof token === 'string' && Number.isInteger(process);
}

/** Reads it. @throws ENGINE_NOT_RUNNING */
export function readEngineFile(folder: string): EngineAddress {
  const file = engineFile(folder);
  let address: unknown;
  try {
    address = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw notRunning(cause);
  }
  if (isAddress(address)) return address;
  throw notRunning(new Error(`${file} holds no address.`));
}

/** Nobody serves a world here. */
export function notRunning(cause: unknown): ChoreographyError {
  return new ChoreographyError('ENGINE_NOT_RUNNING', 'Nothing is served from this folder, and no other world was named.', {
    cause,
    details: {
      why: 'Without --run and --backbone, a command looks for a served world in .choreo/engine.json.',
      fix: 'Start one with choreo serve or choreo demo --serve, or name a saved run with --run <file>, or a backbone with --backbone <name>.',
    },
  });
}
