import { exitCodes } from '../failure.ts';
import { deskOf } from '../page/desk-of.ts';
import { type PageServer, reportTo, servePage } from '../page/serve-page.ts';
import type { Terminal } from '../terminal.ts';
import { claimEngineFile, removeEngineFile } from './engine-file.ts';
import { type ServedEngine, serveWorld, type WorldServer } from './serve-world.ts';
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

/** What serves the world and its page. What was opened is closed again if the rest cannot be. */
async function serveBoth(engine: ServedEngine, { terminal, folder }: StayContext): Promise<{ server: WorldServer; page: PageServer }> {
  const server = await serveWorld(engine);
  try {
    const desk = deskOf({ access: engine.access, finish: (work) => work, still: false }, {});
    const page = await servePage({ desk, port: 0, report: reportTo(terminal) });
    try {
      await claimEngineFile(folder, server.address, () => checkNobodyServes(folder));
      return { server, page };
    } catch (error) {
      await page.close();
      throw error;
    }
  } catch (error) {
    await server.close();
    throw error;
  }
}

/**
 * Serves a world until Ctrl-C: other commands in the same folder find it, and a browser can look at it.
 * @throws ENGINE_RUNNING
 */
export async function stay(engine: ServedEngine, context: StayContext, ready: (stayed: Stayed) => void): Promise<number> {
  const { terminal, folder } = context;
  const { server, page } = await serveBoth(engine, context);
  const ended = new Promise<void>((resolve) => {
    terminal.onInterrupt?.(() => {
      removeEngineFile(folder, server.address);
      resolve();
    });
  });
  ready({ port: server.address.port, page: page.url });
  await ended;
  await page.close();
  await server.close();
  return exitCodes.interrupted;
}
