import type { CommandOutcome } from '../../runtime/service-runtime.ts';
import type { Answer, CommandContext, Program } from '../command.ts';
import { exitCodes, usageError } from '../failure.ts';
import { change, given, inWorld, jsonInput, operate } from '../operations/operation.ts';
import type { WorldInputs } from '../world/inputs.ts';
import type { NextCommand } from '../world/next-command.ts';
import type { World, WorldOptions } from '../world/world.ts';

/** What goes in, and where it is told to come back. */
const data = ['--data <json>', 'the data of the message: JSON, or @<file>'] as const;

/** Messages get into worlds in memory alone. @throws USAGE */
function checkInMemory({ backbone }: WorldOptions): void {
  if (backbone === undefined) return;
  throw usageError(
    'Nothing is sent to a backbone on AWS from here.',
    'There, a command goes to the URL of its service, and an event comes from a service or an inbound.',
    'Use createCommandClient of aws-choreography/lambda, or leave --backbone out for what is served here.',
  );
}

function inputsOf({ inputs }: World): WorldInputs {
  return inputs as WorldInputs; // only a backbone has none
}

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
    .description('send a command to the served world, and print the answer; exits with 1 if it is refused')
    .argument('<command>', 'its name, such as PlaceOrder')
    .requiredOption(...data)
    .option('--key <text>', 'the idempotency key: the same key gets the first answer (default: a new key each time)')
    .option('--service <name>', 'the service that handles it (default: the one that owns the command)');
  inWorld(command);
  command.action(async (name, { data: text, key, service }, self) => {
    const options = self.optsWithGlobals() as WorldOptions;
    checkInMemory(options);
    await operate(context, options, 'send', async (world) => {
      const input = { command: name, data: await jsonInput('--data', text), ...given({ idempotencyKey: key, service }) };
      const outcome = await change(world, inputsOf(world).send(input));
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

/** Adds `choreo publish`. */
export function addPublish(program: Program, context: CommandContext): void {
  const command = program
    .command('publish')
    .description('put an event onto the stream of the served world, or a message of another system into an inbound')
    .argument('[event]', 'its name, such as OrderPlaced')
    .requiredOption(...data)
    .option('--inbound <way>', 'a message of another system, by queue:<name>, stream:<name> or bus:<source>:<detail type>, in its own form')
    .option('--saga <correlation id>', 'the saga that it belongs to (default: a new one)');
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
