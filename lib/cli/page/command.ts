import type { CommandContext, Program } from '../command.ts';
import { exitCodes } from '../failure.ts';
import { inWorld } from '../operations/operation.ts';
import { port } from '../option-values.ts';
import type { Paint } from '../terminal.ts';
import type { WorldOptions } from '../world/world.ts';
import { deskOf } from './desk-of.ts';
import { reportTo, servePage } from './serve-page.ts';

const examples = `Examples:
  $ choreo page                       the world that is served from this folder
  $ choreo page --run shop.json       a saved run (choreo demo --save shop.json)
  $ choreo page --backbone orders     a backbone on AWS, with your rights
`;

const about = `
Shows sagas, consumers, dead letters and the map of who reacts to what. It only reads: what is to be changed is
written there as the command that does it. Only this machine can open it, and only with the address that is printed.`;

function readyText(url: string, paint: Paint): string {
  return `${paint('green', '✓')} open in a browser, until Ctrl-C: ${paint('bold', url)}\n`;
}

/** Adds `choreo page`. */
export function addPage(program: Program, context: CommandContext): void {
  const command = program
    .command('page')
    .description('look at the sagas of a world in a browser')
    .option('--port <number>', 'where the page is on 127.0.0.1 (default: a port that is free)', port)
    .addHelpText('before', examples)
    .addHelpText('after', about);
  inWorld(command);
  command.action(async ({ port = 0 }, self) => {
    const options = self.optsWithGlobals() as WorldOptions;
    const world = await context.openWorld(options);
    try {
      const ended = new Promise<void>((resolve) => context.terminal.onInterrupt?.(resolve));
      const { url, close } = await servePage({ desk: deskOf(world, options), port, report: reportTo(context.terminal) });
      context.answer(options, 'page', { text: (paint) => readyText(url, paint), data: { url } });
      await ended;
      await close();
      context.end(exitCodes.interrupted);
    } finally {
      world.close();
    }
  });
}
