import { exitCodes } from '../failure.ts';
import { deskOf } from '../page/desk-of.ts';
import { reportTo, servePage } from '../page/serve-page.ts';
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

/** Where a world that is served can be reached. */
export interface Stayed {
  readonly port: number;
  /** The address of its page, for a browser. */
  readonly page: string;
}

/**
 * Serves a world until Ctrl-C: other commands in the same folder find it, and a browser can look at it.
 * @throws ENGINE_RUNNING
 */
export async function stay(engine: ServedEngine, { terminal, folder }: StayContext, ready: (stayed: Stayed) => void): Promise<number> {
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
  const desk = deskOf({ access: engine.access, finish: (work) => work, still: false }, {});
  const page = await servePage({ desk, port: 0, report: reportTo(terminal) });
  ready({ port: server.address.port, page: page.url });
  await ended;
  await page.close();
  await server.close();
  return exitCodes.interrupted;
}
