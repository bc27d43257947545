import { exitCodes } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { claimEngineFile, removeEngineFile } from './engine-file.ts';
import { type ServedEngine, serveWorld } from './serve-world.ts';
import { checkNobodyServes } from './served-world.ts';

/** Where a world is served, and to whom. */
export interface StayContext {
  readonly terminal: Terminal;
  /** The folder with `.choreo` in it. */
  readonly folder: string;
}

/**
 * Serves a world until Ctrl-C: other commands in the same folder find it. `ready` is told the port.
 * @throws ENGINE_RUNNING
 */
export async function stay(engine: ServedEngine, { terminal, folder }: StayContext, ready: (port: number) => void): Promise<number> {
  const server = await serveWorld(engine);
  try {
    await claimEngineFile(folder, server.address, () => checkNobodyServes(folder));
  } catch (error) {
    await server.close();
    throw error;
  }
  const ended = new Promise<void>((resolve) => {
    terminal.onInterrupt?.(() => {
      removeEngineFile(folder, server.address);
      resolve();
    });
  });
  ready(server.address.port);
  await ended;
  await server.close();
  return exitCodes.interrupted;
}
