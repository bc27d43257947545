import type { Choreography } from '../../contract/choreography.ts';
import { createEngine } from '../../embedded/engine.ts';
import type { WorldOptions } from '../../testing/world.ts';
import type { CommandContext, Program } from '../command.ts';
import { whole } from '../option-values.ts';
import { choreography } from '../topology/command.ts';
import { type ImportModule, importModule, loadChoreography } from '../topology/load-choreography.ts';
import { enginePorts } from '../world/engine-ports.ts';
import { duplicateOption, type FaultLevel, faultRates, faultsOption, seedOption } from '../world/fault-options.ts';
import { namesOf } from '../world/inputs.ts';
import type { ServedEngine } from '../world/serve-world.ts';
import { type StayContext, stay } from '../world/stay.ts';
import { serveText } from './serve-text.ts';
import { absentClient, missingClients, readTeamWorld } from './team-world.ts';

/** Times as fast as the clock: an hour in a second. */
const TIME_SCALE_MAX = 3_600;

const examples = `Examples:
  $ choreo serve                      run functions/choreography.ts in memory, in real time
  $ choreo serve --time-scale 60      a deadline of 15 minutes passes in 15 seconds
  $ choreo serve --faults some        with crashes, duplicates and clients that do not answer

  $ choreo send PlaceOrder --data @order.json       in another terminal, in the same folder
  $ choreo publish StockCounted --data @stock.json
  $ choreo publish --inbound queue:erp --data @message.json
  $ choreo saga show <correlation id>
`;

const about = `
Clients and initial entities come from an export beside the choreography, as for createWorld:
  export const world = { clients: { gateway }, given: [stored(Stock, 'tea', { available: 10 })] };
Nothing is kept: the world ends with the process. To start it anew after each change to the code:
  node --watch node_modules/aws-choreography/dist/bin/choreo.js serve`;

/** Options of `choreo serve`. */
interface ServeOptions {
  readonly faults?: FaultLevel | undefined;
  readonly duplicate?: number | undefined;
  readonly seed?: number | undefined;
}

/** What is asked for on the command line goes before what the team's file says. */
function chance({ faults, duplicate, seed }: ServeOptions, world: WorldOptions): Pick<WorldOptions, 'faults' | 'seed'> {
  const asked = faults !== undefined || duplicate !== undefined;
  return {
    ...(world.faults === undefined ? {} : { faults: world.faults }),
    ...(asked ? { faults: faultRates({ faults: faults ?? 'none', ...(duplicate === undefined ? {} : { duplicate }) }) } : {}),
    seed: seed ?? world.seed ?? 1,
  };
}

/** The services of a team in memory, from now on. `file`: where their clients are to be given. */
function engineOf(team: Choreography, world: WorldOptions, file: string): ServedEngine {
  const absent = missingClients(team, world).map((name) => [name, absentClient(name, file)] as const);
  const clients = { ...world.clients, ...Object.fromEntries(absent) };
  const engine = createEngine(team, { ...world, clients, startAt: Date.now() });
  return { ...enginePorts(engine, team), scheduler: engine.scheduler };
}

/** Adds `choreo serve`. `load`: how the team's file is loaded. */
export function addServe(program: Program, context: CommandContext & StayContext, load: ImportModule = importModule): void {
  program
    .command('serve')
    .description('run your own choreography in memory, for choreo send, choreo publish and the operator commands')
    .option(...choreography)
    .option('--time-scale <number>', 'how many times faster than real time its clock runs', whole(1, TIME_SCALE_MAX), 1)
    .addOption(faultsOption())
    .addOption(duplicateOption('events that arrive twice (default: as --faults says)'))
    .addOption(seedOption('seed of all random choices'))
    .addHelpText('before', examples)
    .addHelpText('after', about)
    .action(async ({ choreography: file, timeScale, ...options }, command) => {
      const loaded = await loadChoreography(file, load);
      const team = loaded.choreography;
      const world = readTeamWorld(loaded.world, file);
      const engine = engineOf(team, { ...world, ...chance(options, world) }, file);
      const names = { services: team.services.map(({ name }) => name), ...namesOf(team), missingClients: missingClients(team, world) };
      const exit = await stay({ ...engine, timeScale }, context, ({ port, page }) => {
        const result = { choreography: team.name, port, page, timeScale, ...names };
        context.answer(command.optsWithGlobals(), 'serve', { text: (paint) => serveText(result, file, paint), data: result });
      });
      context.end(exit);
    });
}
