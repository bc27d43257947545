import type { CommandOutcome } from '../../runtime/service-runtime.ts';
import type { Answer, CommandContext, Program } from '../command.ts';
import { exitCodes, usageError } from '../failure.ts';
import { change, confirm, given, inWorld, jsonInput, operate } from '../operations/operation.ts';
import type { WorldOptions } from '../world/world.ts';
import { dataOption, nextText } from './message-words.ts';

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

function sentText(command: string, outcome: CommandOutcome): Answer['text'] {
  return (paint, next) => {
    const then = nextText(outcome.correlationId, next);
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
    .requiredOption(...dataOption)
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
