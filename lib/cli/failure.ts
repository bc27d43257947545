import { CommanderError } from '@commander-js/extra-typings';
import { ChoreographyError } from '../contract/errors.ts';
import type { ErrorExplanation } from './error-page.ts';
import { jsonErrorText } from './json-output.ts';
import type { Paint } from './terminal.ts';

/** How the process ends; `choreo --help` lists them, too. */
export const exitCodes = { done: 0, failed: 1, usage: 2, problems: 3, notFound: 4, interrupted: 130 } as const;

/** An error for somebody who reads it: one line each. */
export interface Failure {
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/** A command that cannot be run as it was typed. */
export function usageError(what: string, why: string, fix: string): ChoreographyError {
  return new ChoreographyError('USAGE', what, { details: { why, fix } });
}

/** Something that was asked for is not there. */
export function notFoundError(what: string, why: string, fix: string): ChoreographyError {
  return new ChoreographyError('NOT_FOUND', what, { details: { why, fix } });
}

const notFound: ReadonlySet<string> = new Set([
  'NOT_FOUND',
  'DEAD_LETTER_NOT_FOUND',
  'REPLAY_NOT_FOUND',
  'UNKNOWN_SERVICE',
  'UNKNOWN_COMMAND',
  'UNKNOWN_EVENT',
  'UNKNOWN_INPUT',
  'BACKBONE_NOT_FOUND',
  'NO_GENERATION',
]);
/** What cannot be meant, or is not safe, however often it is tried. */
const refused: ReadonlySet<string> = new Set([
  'INVALID_CURSOR',
  'INVALID_IDEMPOTENCY_KEY',
  'INVALID_REDRIVE',
  'INVALID_REPLAY',
  'INVALID_PLAN',
  'REPROCESS_REFUSED',
  'GENERATION_BUILDING',
  'GENERATION_CURRENT',
  'GENERATION_GONE',
  'GENERATION_INCOMPLETE',
  'GENERATION_UNFINISHED',
  'GENERATIONS_KEPT',
  'EDIT_REFUSED',
  'EDIT_INVALID',
  'FOLDER_NOT_EMPTY',
  'DISCARD_REFUSED',
  'RESOLVE_REFUSED',
  'SCHEMA_VIOLATION',
]);

/** The exit code that an error ends with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return exitCodes.failed;
  if (notFound.has(code)) return exitCodes.notFound;
  return code === 'USAGE' || refused.has(code) ? exitCodes.usage : exitCodes.failed;
}

/** Why commander refuses, by its code; what a choice or a number must be, it says itself. */
const reasons: Readonly<Record<string, string>> = {
  'commander.unknownCommand': 'choreo has no such command.',
  'commander.unknownOption': 'This command has no such option.',
  'commander.excessArguments': 'This command takes fewer arguments.',
  'commander.missingArgument': 'This command cannot run without it.',
  'commander.missingMandatoryOptionValue': 'This command cannot run without it.',
  'commander.optionMissingArgument': 'This option needs a value after it.',
};

function ofCommander({ message, code }: CommanderError): Failure {
  const [said = '', hint] = message.replace(/^error: /, '').split('\n');
  const [, refused, rule] = /^(.* is invalid\.) (.+)$/.exec(said) ?? [];
  const what = (refused ?? said).replace(/\.?$/, '.');
  const meant = /\(Did you mean (.+)\?\)/.exec(hint ?? '')?.[1];
  return {
    code: 'USAGE',
    what: what.charAt(0).toUpperCase() + what.slice(1),
    why: rule ?? reasons[code] ?? 'choreo did not understand the command line.',
    fix: meant === undefined ? 'See choreo --help, or choreo <command> --help.' : `Did you mean ${meant}? See choreo --help.`,
  };
}

/** What, why and what to do; for our own codes the last two come from the error page. */
export function failureOf(error: unknown, explanations: readonly ErrorExplanation[]): Failure {
  if (error instanceof CommanderError) return ofCommander(error);
  const { code, message, cause, details } = error as Partial<ChoreographyError>;
  const known = explanations.find((one) => one.code === code);
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    code: text(code) ?? 'UNEXPECTED',
    what: text(message) ?? String(error),
    why: text(details?.['why']) ?? (cause instanceof Error ? cause.message : (known?.when ?? 'This is an unexpected error.')),
    fix:
      text(details?.['fix']) ??
      (known ? `${known.whatToDo} See choreo explain ${known.code}.` : 'Run it again with --verbose, and report what it prints.'),
  };
}

/** Three lines; `stack` only when it was asked for. */
export function failureText({ code, what, why, fix }: Failure, paint: Paint, stack?: string): string {
  const lines = [
    `${paint('red', `error ${code}`)}  ${what.replaceAll('\n', '\n  ')}`,
    `  ${paint('dim', 'why')}  ${why}`,
    `  ${paint('dim', 'fix')}  ${fix}`,
  ];
  return `${lines.join('\n')}\n${stack === undefined ? '' : `\n${stack}\n`}`;
}

/** The same for programs, with the code that the process ends with. */
export function failureJson(failure: Failure, exit: number, stack?: string): string {
  return jsonErrorText({ ...failure, exit, ...(stack === undefined ? {} : { stack }) });
}
