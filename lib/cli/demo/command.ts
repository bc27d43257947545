import { Option } from '@commander-js/extra-typings';
import type { CommandContext, Program } from '../command.ts';
import { exitCodes } from '../failure.ts';
import { jsonText } from '../json-output.ts';
import { whole } from '../option-values.ts';
import type { Output } from '../terminal.ts';
import { duplicateOption, faultsOption, seedOption } from '../world/fault-options.ts';
import { nextInWorld } from '../world/next-command.ts';
import { checkNobodyServes } from '../world/served-world.ts';
import { type StayContext, stay } from '../world/stay.ts';
import { createDemoText } from './demo-text.ts';
import { troublesLeft } from './leave.ts';
import { checkDemoOptions, type DemoOptions, ORDERS_MAX } from './options.ts';
import { type PlayedDemo, runDemo } from './run.ts';
import type { Sample } from './sample.ts';
import { saveRun } from './saved-run.ts';

const examples = `Examples:
  $ choreo demo                          24 orders, with crashes, duplicates and refusals
  $ choreo demo --fail shipping          the carrier refuses all: payment and stock are undone
  $ choreo demo --fail notification      the mailer is down: orders go on, and mails are sent later
  $ choreo demo --duplicate 50           every second event arrives twice; nothing is done twice
  $ choreo demo --faults many --seed 7   many faults; the same seed gives the same run
`;

const about = `
Runs the sample shop in this process, in virtual time: 15 minutes pass at once.
Exits with 1 if an invariant is broken.`;

/** Prints while it runs, or one document at the end. */
async function show(
  options: DemoOptions,
  sample: Sample,
  { terminal }: CommandContext,
  { json, lines, paint }: Output,
): Promise<PlayedDemo> {
  const text = createDemoText(paint);
  const played = await runDemo(sample, options, (part) => {
    if (!json) terminal.out(text(part));
  });
  if (json) terminal.out(jsonText('demo', played.result, lines));
  return played;
}

/** Until Ctrl-C, other commands in the same folder talk to the shop; from now on its time passes as ours does. */
function serve({ engine, access, inputs }: PlayedDemo['stage'], context: StayContext): Promise<number> {
  const { err } = context.terminal;
  return stay({ access, inputs, scheduler: engine.scheduler }, context, ({ page }) => {
    err(`\nThe shop is served until Ctrl-C. Look at it in a browser: ${page}\n`);
    err('Or in another terminal, in this folder:\n');
    err('  choreo consumer list\n  choreo dead-letter list\n  choreo saga list\n');
  });
}

/** Adds `choreo demo`. */
export function addDemo(program: Program, sample: Sample, context: CommandContext & StayContext): void {
  const names = sample.choreography.services.map(({ name }) => name);
  program
    .command('demo')
    .description('run the sample shop in memory, with faults, and check that nothing was lost or done twice')
    .addOption(new Option('--orders <number>', 'how many orders to place').argParser(whole(1, ORDERS_MAX)).default(24))
    .addOption(seedOption('seed of all random choices; the same seed gives the same run').default(1))
    .addOption(faultsOption().default('some' as const))
    .option('--fail <service>', `break a service for every order: ${names.slice(1).join(', ')}`)
    .addOption(duplicateOption('events that arrive twice (default: as --faults says)'))
    .addOption(
      new Option('--leave <trouble>', `leave this problem in ${sample.bystander}, to try out the commands that repair it`).choices(
        troublesLeft,
      ),
    )
    .option('--save <file>', 'save the run; the operator commands open it with --run <file>')
    .option('--serve', 'keep running, so that the operator commands can work on the shop')
    .addHelpText('before', examples)
    .addHelpText('after', about)
    .action(async (options, command) => {
      const { orders, seed, faults, fail, duplicate, leave, save } = options;
      const optional = Object.fromEntries(Object.entries({ fail, duplicate, leave }).filter(([, value]) => value !== undefined));
      const checked = checkDemoOptions({ orders, seed, faults, ...optional }, sample);
      if (options.serve) await checkNobodyServes(context.folder);
      const { result, stage } = await show(checked, sample, context, context.outputOf(command.optsWithGlobals()));
      if (save !== undefined) {
        await saveRun(save, checked, result.trace);
        context.terminal.err(`\nThe run is kept in ${save}: ${nextInWorld({ run: save })('choreo page')}\n`);
      }
      const exit = result.ok ? exitCodes.done : exitCodes.failed;
      context.end(options.serve ? await serve(stage, context) : exit);
    });
}
