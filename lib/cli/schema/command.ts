import type { Answer, CommandContext, Program } from '../command.ts';
import { exitCodes } from '../failure.ts';
import { type SchemaGenerateOptions, type SchemaGenerateResult, schemaGenerate } from './generate.ts';
import { driftText, generatedText } from './generate-text.ts';

function answerOf(result: SchemaGenerateResult, check: boolean): Answer {
  return {
    text: (paint) => (check ? driftText(result, paint) : generatedText(result, paint)),
    data: result,
    exit: check && result.drift.length > 0 ? exitCodes.problems : exitCodes.done,
  };
}

/** Adds `choreo schema …`. */
export function addSchema(program: Program, context: CommandContext): void {
  const schema = program.command('schema').description('work with the JSON Schemas of messages').helpCommand(false);
  const run = async (options: SchemaGenerateOptions, name: string) => {
    context.answer(options, name, answerOf(await schemaGenerate(options), options.check === true));
  };
  schema
    .command('generate')
    .description('write TypeScript for all schemas: one interface, type and constant for each message')
    .option('--directory <path>', 'where <Message>/<version>.json are', 'schemas')
    .option('--out <path>', 'where to write (default: generated, in the directory)')
    .option('--check', 'write nothing; only say what is not up to date')
    .action((_, command) => run(command.optsWithGlobals() as SchemaGenerateOptions, 'schema generate'));
  schema
    .command('check')
    .description('say whether the generated TypeScript is up to date; ends with 3 if not')
    .option('--directory <path>', 'where <Message>/<version>.json are', 'schemas')
    .option('--out <path>', 'where the generated files are (default: generated, in the directory)')
    .action((_, command) => run({ ...(command.optsWithGlobals() as SchemaGenerateOptions), check: true }, 'schema check'));
}
