import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { compatibilityModes } from '../../schema/compatibility/check-compatibility.ts';
import { lockSchemas } from '../../schema/gate/lock.ts';
import { readSchemas } from '../../schema/read.ts';
import type { CommandContext, Program } from '../command.ts';
import { exitCodes } from '../failure.ts';
import { counted } from '../text-layout.ts';
import { type SchemaCheckOptions, schemaCheck, schemaCheckText } from './check.ts';
import { type SchemaDiffOptions, schemaDiff, schemaDiffText } from './diff.ts';
import { type SchemaGenerateOptions, schemaGenerate } from './generate.ts';
import { driftText, generatedText } from './generate-text.ts';
import { schemaList, schemaListText, schemaShow } from './list.ts';
import { type OpenRegistry, openGlue } from './open-registry.ts';
import { type SchemaPublishOptions, schemaPublish, schemaPublishText } from './publish.ts';
import { schemaRecord, schemaRecordText } from './record.ts';

const contracts = ['--contracts <path>', 'where <service>/contract.json are', 'functions'] as const;
const directory = ['--directory <path>', 'where <Message>/<version>.json are', 'schemas'] as const;

function addGenerate(schema: Program, { answer }: CommandContext): void {
  schema
    .command('generate')
    .description('write TypeScript for all schemas: one interface, type and constant for each message')
    .option(...directory)
    .option('--out <path>', 'where to write (default: generated, in the directory)')
    .option('--check', 'write nothing; only report what is out of date, and exit with 3 then')
    .action(async (_, command) => {
      const options = command.optsWithGlobals() as SchemaGenerateOptions;
      const result = await schemaGenerate(options);
      const [text, exit] =
        options.check && result.drift.length > 0
          ? [driftText, exitCodes.problems]
          : [options.check ? driftText : generatedText, exitCodes.done];
      answer(options, 'schema generate', { text: (paint) => text(result, paint), data: result, exit });
    });
}

function addCheck(schema: Program, { answer }: CommandContext, open: OpenRegistry): void {
  schema
    .command('check')
    .description(
      'find what must not be published: outdated code, a changed version, a version that breaks another one or a consumer; exits with 3 then',
    )
    .option(...directory)
    .option('--out <path>', 'where the generated files are (default: generated, in the directory)')
    .option(...contracts)
    .option('--against <commit>', 'a branch, tag or commit whose versions also count as published')
    .option('--glue <name>', 'a Glue registry whose versions also count as published')
    .action(async (_, command) => {
      const options = command.optsWithGlobals() as SchemaCheckOptions;
      const result = await schemaCheck(options, open);
      const exit = result.drift.length === 0 && result.gate.ok ? exitCodes.done : exitCodes.problems;
      answer(options, 'schema check', { text: (paint) => schemaCheckText(result, paint), data: result, exit });
    });
}

function addDiff(schema: Program, { answer }: CommandContext): void {
  schema
    .command('diff')
    .description('show what a schema breaks compared with an older one; exits with 3 if it breaks anything')
    .argument('<older>', 'a JSON Schema file')
    .argument('<newer>', 'a JSON Schema file')
    .addOption(new Option('--mode <mode>', 'which directions to check').choices(compatibilityModes).default('FULL' as const))
    .addOption(
      new Option('--content-model <model>', 'how to treat open objects')
        .choices(['pragmatic', 'strict'] as const)
        .default('pragmatic' as const),
    )
    .action(async (older, newer, options, command) => {
      const report = await schemaDiff(older, newer, options as SchemaDiffOptions);
      answer(command.optsWithGlobals(), 'schema diff', {
        text: (paint) => schemaDiffText(report, options.mode, paint),
        data: report,
        exit: report.compatible ? exitCodes.done : exitCodes.problems,
      });
    });
}

function addLock(schema: Program, { answer }: CommandContext): void {
  schema
    .command('lock')
    .description('record all versions as published: from then on they never change')
    .option(...directory)
    .action(async (options, command) => {
      const { added } = await lockSchemas(options.directory, await readSchemas(options.directory));
      const text =
        added.length === 0 ? 'all versions were locked already' : `${counted(added.length, 'version')} locked: ${added.join(', ')}`;
      answer(command.optsWithGlobals(), 'schema lock', { text: (paint) => `${paint('green', '✓')} ${text}\n`, data: { added } });
    });
}

function addRecord(schema: Program, { answer, terminal }: CommandContext): void {
  schema
    .command('record')
    .description('run tests, and record for each service which fields its reactions read: choreo schema record -- npx vitest run functions')
    .argument('<tests...>', 'the command that runs them, after --')
    .option(...contracts)
    .option('--check', 'write nothing; only report what is out of date, and exit with 3 then')
    .action(async (tests, options, command) => {
      const check = options.check === true;
      const result = await schemaRecord(tests, { contracts: options.contracts, check }, terminal);
      const exit = check && result.contracts.some(({ changed }) => changed) ? exitCodes.problems : exitCodes.done;
      answer(command.optsWithGlobals(), 'schema record', { text: (paint) => schemaRecordText(result, check, paint), data: result, exit });
    });
}

function addPublish(schema: Program, context: CommandContext, open: OpenRegistry): void {
  schema
    .command('publish')
    .description('register the versions that a Glue registry does not have; if check fails, registers nothing and exits with 3')
    .requiredOption('--glue <name>', 'the Glue registry')
    .option(...directory)
    .option('--out <path>', 'where the generated files are (default: generated, in the directory)')
    .option(...contracts)
    .option('--metadata <name=value...>', 'stored with each version that is registered, such as commit=4f2a1c')
    .option('--dry-run', 'register nothing; only say what would be registered')
    .option('-y, --yes', 'do not ask')
    .action(async (_, command) => {
      const options = command.optsWithGlobals() as SchemaPublishOptions;
      const result = await schemaPublish(context, options, open);
      const exit = result.refused ? exitCodes.problems : exitCodes.done;
      context.answer(options, 'schema publish', {
        text: (paint) => schemaPublishText(result, options.dryRun === true, paint),
        data: result,
        exit,
      });
    });
}

function versionNumber(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A version is a whole number from 1.');
}

function addLookups(schema: Program, { answer }: CommandContext, open: OpenRegistry): void {
  const registry = ['--glue <name>', 'look into a Glue registry instead of the directory'] as const;
  schema
    .command('list')
    .description('list all messages with their versions')
    .option(...directory)
    .option(...registry)
    .action(async (options, command) => {
      const result = await schemaList(options, open);
      answer(command.optsWithGlobals(), 'schema list', { text: () => schemaListText(result), data: result, list: 'messages' });
    });
  schema
    .command('show')
    .description('print a schema')
    .argument('<message>', 'its name')
    .argument('[version]', 'a number (default: the current one)', versionNumber)
    .option(...directory)
    .option(...registry)
    .action(async (message, version, options, command) => {
      const found = await schemaShow(message, version, options, open);
      const { version: number, ...rest } = found;
      const data = { ...rest, schemaVersion: number }; // `version` is that of the output
      answer(command.optsWithGlobals(), 'schema show', { text: () => `${JSON.stringify(found.schema, null, 2)}\n`, data });
    });
}

/** Adds `choreo schema …`. */
export function addSchema(program: Program, context: CommandContext, open: OpenRegistry = openGlue): void {
  const schema = program.command('schema').description('work with the JSON Schemas of messages').helpCommand(false) as unknown as Program;
  addGenerate(schema, context);
  addCheck(schema, context, open);
  addDiff(schema, context);
  addLock(schema, context);
  addRecord(schema, context);
  addPublish(schema, context, open);
  addLookups(schema, context, open);
}
