import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { CommandContext, Program } from '../command.ts';
import { exitCodes } from '../failure.ts';
import { jsonText } from '../json-output.ts';
import type { Output } from '../terminal.ts';
import { createDemoText } from './demo-text.ts';
import { checkDemoOptions, type DemoOptions, faultLevels, ORDERS_MAX, SEED_MAX } from './options.ts';
import { runDemo } from './run.ts';
import type { Sample } from './sample.ts';

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

/** `50` and `50%` are the same. */
function percent(text: string): number {
  return whole(0, 100)(text.replace(/%$/, ''));
}

const examples = `Examples:
  $ choreo demo                          24 orders, with crashes, copies and refusals
  $ choreo demo --fail shipping          the carrier takes no order: payment and stock are undone
  $ choreo demo --fail notification      the mailer is down: orders go on, the mails come later
  $ choreo demo --duplicate 50           every second event comes twice, nothing is done twice
  $ choreo demo --faults many --seed 7   much goes wrong; the same seed goes the same way
`;

const about = `
Runs the sample shop in this process, in virtual time: 15 minutes pass at once.
Ends with 1 when an invariant is broken.`;

/** Prints while it runs, or one document at the end. */
async function show(options: DemoOptions, sample: Sample, { terminal }: CommandContext, { json, paint }: Output): Promise<number> {
  const text = createDemoText(paint);
  const result = await runDemo(sample, options, (part) => {
    if (!json) terminal.out(text(part));
  });
  if (json) terminal.out(jsonText('demo', result));
  return result.ok ? exitCodes.done : exitCodes.failed;
}

/** Adds `choreo demo`. */
export function addDemo(program: Program, sample: Sample, context: CommandContext): void {
  const names = sample.choreography.services.map(({ name }) => name);
  program
    .command('demo')
    .description('run the sample shop in memory, with faults, and check that nothing was lost or done twice')
    .addOption(new Option('--orders <number>', 'how many orders are placed').argParser(whole(1, ORDERS_MAX)).default(24))
    .addOption(
      new Option('--seed <number>', 'what decides by chance; the same seed, the same run').argParser(whole(0, SEED_MAX)).default(1),
    )
    .addOption(new Option('--faults <level>', 'how much goes wrong').choices(faultLevels).default('some' as const))
    .option('--fail <service>', `break a service for every order: ${names.slice(1).join(', ')}`)
    .addOption(new Option('--duplicate <percent>', 'events that come twice (default: what --faults says)').argParser(percent))
    .addHelpText('before', examples)
    .addHelpText('after', about)
    .action(async (options, command) => {
      const { orders, seed, faults, fail, duplicate } = options;
      const checked = checkDemoOptions(
        { orders, seed, faults, ...(fail === undefined ? {} : { fail }), ...(duplicate === undefined ? {} : { duplicate }) },
        sample,
      );
      context.end(await show(checked, sample, context, context.outputOf(command.optsWithGlobals())));
    });
}
