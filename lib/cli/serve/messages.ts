import type { CommandOutcome } from '../../runtime/service-runtime.ts';
import type { Answer, CommandContext, Program } from '../command.ts';
import { exitCodes, usageError } from '../failure.ts';
import { change, confirm, given, inWorld, jsonInput, operate } from '../operations/operation.ts';
import type { WorldInputs } from '../world/inputs.ts';
import type { NextCommand } from '../world/next-command.ts';
import type { World, WorldOptions } from '../world/world.ts';

/** What goes in, and where it is told to come back. */
const data = ['--data <json>', 'the data of the message: JSON, or @<file>'] as const;

/** Events and messages of other systems get into worlds in memory alone. @throws USAGE */
function checkInMemory({ backbone }: WorldOptions): void {
  if (backbone === undefined) return;
  throw usageError(
    'Nothing is published to a backbone on AWS from here.',
    'An event is what a service has done: its journal has it, and the events that follow can be undone. Of one that a person made up, nobody knows.',
    'Have the service publish it: choreo send a command to it. What other systems publish, they publish themselves (`grantPublish` of the backbone, or an inbound).',
  );
}

/** A key that was made up here would be gone with the process that gets no answer. @throws USAGE */
function checkKey({ backbone }: WorldOptions, key: string | undefined): void {
  if (backbone === undefined || key !== undefined) return;
  throw usageError(
    'Give --key.',
    'An answer may be lost on the way, and only the same key makes a second try safe.',
    'Take one that names the occasion, for example --key ticket-4711.',
  );
}

const aboutSend = `
With --backbone it goes to the URL of the service, signed with your credentials, and is recorded in the audit. Your role needs what
grantSendCommand of the construct gives.`;

const aboutPublish = `
A backbone on AWS takes no events from here: an event is what a service has done. Send a command to the service, or let the other
system publish itself (grantPublish of the backbone, or an inbound).`;

function nextOf(saga: string, next: NextCommand): string {
  return `  next: ${next(`choreo saga show ${saga}`)}\n`;
}

function sentText(command: string, outcome: CommandOutcome): Answer['text'] {
  return (paint, next) => {
    const then = nextOf(outcome.correlationId, next);
    if (outcome.ok) return `${paint('green', '✓')} ${command} was taken; answer: ${JSON.stringify(outcome.answer ?? null)}\n${then}`;
    const { code, message, retryable } = outcome;
    const again = retryable ? '  a retry with the same --key may help\n' : '';
    return `${paint('red', '✗')} ${command} was refused: ${paint('red', code)}  ${message}\n${again}${then}`;
  };
}

/** Adds `choreo send`. */
export function addSend(program: Program, context: CommandContext): void {
  const command = program
    .command('send')
    .description('send a command to the served world or a backbone, and print the answer; exits with 1 if it is refused')
    .argument('<command>', 'its name, such as PlaceOrder')
    .requiredOption(...data)
    .option('--key <text>', 'the idempotency key: the same key gets the first answer (default: a new key each time; a backbone needs one)')
    .option('--service <name>', 'the service that handles it (default: the one that owns the command)')
    .option('-y, --yes', 'with --backbone, which asks first: do not ask')
    .addHelpText('after', aboutSend);
  inWorld(command);
  command.action(async (name, { data: text, key, service, yes }, self) => {
    const options = self.optsWithGlobals() as WorldOptions;
    checkKey(options, key);
    await operate(context, options, 'send', async (world) => {
      if (options.backbone !== undefined) await confirm(context, { yes }, `send ${name} to the backbone ${options.backbone}`);
      const input = { command: name, data: await jsonInput('--data', text), ...given({ idempotencyKey: key, service }) };
      const outcome = await change(world, world.inputs.send(input));
      return { text: sentText(name, outcome), data: outcome, exit: outcome.ok ? exitCodes.done : exitCodes.failed };
    });
  });
}

/** A message of another system, to where it would arrive. @throws USAGE */
async function deliver(world: World, inbound: string, message: unknown): Promise<Answer> {
  if (inbound.startsWith('bus:') && (typeof message !== 'object' || message === null || Array.isArray(message)))
    throw usageError('--data is not a JSON object.', 'It is the detail of an event of the bus.', `Write --data '{"key": 1}'.`);
  const delivered = await change(world, inputsOf(world).deliver({ inbound, message }));
  const [service] = delivered.services;
  const where = delivered.services.join(', ');
  return {
    text: (paint, next) => `${paint('green', '✓')} ${inbound} has it, for ${where}\n  next: ${next(`choreo consumer list ${service}`)}\n`,
    data: delivered,
  };
}

/** One of both says what is published. @throws USAGE */
function checkWhat(event: string | undefined, inbound: string | undefined, saga: string | undefined): void {
  if ((event === undefined) === (inbound === undefined))
    throw usageError(
      'Give either an event or --inbound.',
      'A message is an event of yours, or one of another system in its own form.',
      'For example: choreo publish OrderPlaced --data @order.json',
    );
  if (inbound !== undefined && saga !== undefined)
    throw usageError('--saga and --inbound cannot be combined.', 'The inbound says what its messages belong to.', 'Leave --saga out.');
}

/** How events get into a world in memory; `checkInMemory` has refused any other. */
function inputsOf({ inputs }: World): WorldInputs {
  return inputs as WorldInputs;
}

/** Adds `choreo publish`. */
export function addPublish(program: Program, context: CommandContext): void {
  const command = program
    .command('publish')
    .description('put an event onto the stream of the served world, or a message of another system into an inbound')
    .argument('[event]', 'its name, such as OrderPlaced')
    .requiredOption(...data)
    .option('--inbound <way>', 'a message of another system, by queue:<name>, stream:<name> or bus:<source>:<detail type>, in its own form')
    .option('--saga <correlation id>', 'the saga that it belongs to (default: a new one)')
    .addHelpText('after', aboutPublish);
  inWorld(command);
  command.action(async (event, { data: text, inbound, saga }, self) => {
    const options = self.optsWithGlobals() as WorldOptions;
    checkInMemory(options);
    checkWhat(event, inbound, saga);
    await operate(context, options, 'publish', async (world) => {
      if (inbound !== undefined) return deliver(world, inbound, await jsonInput('--data', text));
      const name = event as string; // one of both is there
      const input = { event: name, data: await jsonInput('--data', text), ...given({ correlationId: saga }) };
      const published = await change(world, inputsOf(world).publish(input));
      return {
        text: (paint, next) => `${paint('green', '✓')} ${name} is on the stream\n${nextOf(published.correlationId, next)}`,
        data: published,
      };
    });
  });
}
