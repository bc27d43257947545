// docs/cli.md, written from the definitions of the commands: what `--help` says of each, as one document.
import type { EventEmitter } from 'node:events';
import type { Command, Help } from 'commander';
import { createProgram } from '../../lib/cli/program.ts';
import { product } from '../cli/run-choreo.ts';

/** Where the document is. */
export const REFERENCE = 'docs/cli.md';

const head = `# Commands

<!-- Written by npm run cli-reference from the definitions in lib/cli: change those. -->

This is what \`choreo --help\` and \`choreo <command> --help\` say, in one page. \`npx aws-choreography\` and \`choreo\` are the same program.
`;

/** Markdown would take these as a tag or a column. */
const escaped = (text: string): string => text.replace(/[<|]/g, '\\$&');
const sentence = (text: string): string => escaped(`${text.charAt(0).toUpperCase()}${text.slice(1)}`).replace(/[^.]$/, '$&.');
const fence = (text: string): string => `\`\`\`text\n${text}\n\`\`\`\n`;
const anchorOf = (name: string): string => name.replaceAll(' ', '-');

function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [[line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('')];
}

/** What was added to the help of a command, before or after it. */
function addedText(command: Command, where: 'before' | 'after'): string {
  const parts: string[] = [];
  (command as unknown as EventEmitter).emit(`${where}Help`, { error: false, command, write: (text: string) => void parts.push(text) });
  return parts.join('').replace(/^\n+|\s+$/g, '');
}

/** Indented lines are code, as they are in a terminal. */
function prose(text: string): string {
  const code = /(?:^ {2}.*\n?)+/gm;
  return escaped(text).replace(code, (lines) => `\n${fence(lines.replace(/^ {2}/gm, '').replaceAll('\\', '').trimEnd())}`);
}

function examples(command: Command): readonly string[] {
  const text = addedText(command, 'before').replace(/^Examples:\n/, '');
  return text === '' ? [] : [fence(text.replace(/^ {2}/gm, ''))];
}

function about(command: Command): readonly string[] {
  const text = addedText(command, 'after');
  return text === '' ? [] : [`${prose(text).trimEnd()}\n`];
}

function options(help: Help, command: Command): readonly string[] {
  const own = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const rows = own.map((option) => [
    `\`${help.optionTerm(option)}\`${option.mandatory ? ' (required)' : ''}`,
    escaped(help.optionDescription(option)),
  ]);
  return table(['option', 'what it does'], rows);
}

function section(help: Help, name: string, level: number, command: Command): readonly string[] {
  const below = help.visibleCommands(command);
  const isGroup = below.length > 0;
  const rows = help.visibleArguments(command).map((argument) => [`\`${argument.name()}\``, escaped(help.argumentDescription(argument))]);
  return [
    `${'#'.repeat(level)} ${name}\n`,
    `${sentence(command.description())}\n`,
    ...(isGroup ? [] : [fence(`${name} ${command.usage()}`.trimEnd())]),
    ...examples(command),
    ...table(['argument', 'what it is'], rows),
    ...(isGroup ? [] : options(help, command)),
    ...about(command),
    ...below.flatMap((one) => section(help, `${name} ${one.name()}`, level + 1, one)),
  ];
}

/** Every command by its name in full; a group stands for those in it. */
function leaves(help: Help, name: string, command: Command): readonly (readonly [name: string, command: Command])[] {
  const below = help.visibleCommands(command);
  return below.length === 0 ? [[name, command]] : below.flatMap((one) => leaves(help, `${name} ${one.name()}`, one));
}

/** The document. */
export function cliReference(): string {
  const terminal = { out() {}, err() {}, isScreen: false, env: {} };
  const root = createProgram({ ...product, terminal, version: '0' }, [], () => {}) as unknown as Command;
  const help = root.createHelp();
  const groups = help.groupItems([...root.commands], help.visibleCommands(root), (command) => command.helpGroup().replace(/:$/, ''));
  const index = [...groups].flatMap(([title, commands]) => [
    `**${title}**\n`,
    ...table(
      ['command', 'what it does'],
      commands
        .flatMap((one) => leaves(help, `choreo ${one.name()}`, one))
        .map(([name, one]) => [`[\`${name}\`](#${anchorOf(name)})`, escaped(one.description())]),
    ),
  ]);
  return [
    head,
    ...examples(root),
    ...index,
    '## Every command\n',
    ...options(help, root),
    ...about(root),
    ...[...groups].flatMap(([title, commands]) => [
      `## ${title}\n`,
      ...commands.flatMap((one) => section(help, `choreo ${one.name()}`, 3, one)),
    ]),
  ].join('\n');
}
