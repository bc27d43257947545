import type { Answer, CommandContext, Program } from '../command.ts';
import { usageError } from '../failure.ts';
import { change, given, inWorld, jsonInput, operate } from '../operations/operation.ts';
import { whole } from '../option-values.ts';
import type { WorldInputs } from '../world/inputs.ts';
import type { World, WorldOptions } from '../world/world.ts';
import { dataOption, nextText } from './message-words.ts';

/** Events and messages of other systems get into worlds in memory alone. @throws USAGE */
function checkInMemory({ backbone }: WorldOptions): void {
  if (backbone === undefined) return;
  throw usageError(
    'Nothing is published to a backbone on AWS from here.',
    'An event is what a service has done: its journal has it, and the events that follow can be undone. Of one that a person made up, nobody knows.',
    'Have the service publish it: choreo send a command to it. What other systems publish, they publish themselves (`grantPublish` of the backbone, or an inbound).',
  );
}

const aboutPublish = `
A backbone on AWS takes no events from here: an event is what a service has done. Send a command to the service, or let the other
system publish itself (grantPublish of the backbone, or an inbound).`;

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

/** Options of `choreo publish`, without those of every command. */
interface PublishOptions {
  readonly inbound?: string | undefined;
  readonly saga?: string | undefined;
  readonly schemaVersion?: number | undefined;
}

/** One of both says what is published. @throws USAGE */
function checkWhat(event: string | undefined, { inbound, saga, schemaVersion }: PublishOptions): void {
  if ((event === undefined) === (inbound === undefined))
    throw usageError(
      'Give either an event or --inbound.',
      'A message is an event of yours, or one of another system in its own form.',
      'For example: choreo publish OrderPlaced --data @order.json',
    );
  if (inbound === undefined) return;
  if (saga !== undefined)
    throw usageError('--saga and --inbound cannot be combined.', 'The inbound says what its messages belong to.', 'Leave --saga out.');
  if (schemaVersion !== undefined)
    throw usageError(
      '--schema-version and --inbound cannot be combined.',
      'A message of another system is in its own form.',
      'Leave --schema-version out.',
    );
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
    .requiredOption(...dataOption)
    .option('--inbound <way>', 'a message of another system, by queue:<name>, stream:<name> or bus:<source>:<detail type>, in its own form')
    .option('--saga <correlation id>', 'the saga that it belongs to (default: a new one)')
    .option(
      '--schema-version <number>',
      'an older version of the event that a service takes, sends or lifts (default: the newest of them)',
      whole(1, Number.MAX_SAFE_INTEGER),
    )
    .addHelpText('after', aboutPublish);
  inWorld(command);
  command.action(async (event, { data: text, inbound, saga, schemaVersion }, self) => {
    const options = self.optsWithGlobals() as WorldOptions;
    checkInMemory(options);
    checkWhat(event, { inbound, saga, schemaVersion });
    await operate(context, options, 'publish', async (world) => {
      if (inbound !== undefined) return deliver(world, inbound, await jsonInput('--data', text));
      const name = event as string; // one of both is there
      const input = { event: name, data: await jsonInput('--data', text), ...given({ correlationId: saga, version: schemaVersion }) };
      const published = await change(world, inputsOf(world).publish(input));
      return {
        text: (paint, next) =>
          `${paint('green', '✓')} ${name}${schemaVersion === undefined ? '' : ` version ${schemaVersion}`} is on the stream\n${nextText(published.correlationId, next)}`,
        data: published,
      };
    });
  });
}
