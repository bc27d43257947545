import { Option } from '@commander-js/extra-typings';
import type { DeadLetterFilter } from '../../operations/dead-letters/filter.ts';
import { duration } from '../option-values.ts';
import { given, type OptionTaker } from './operation.ts';

/** Options that select dead letters. */
export interface FilterOptions {
  readonly type?: string;
  readonly code?: string;
  readonly problem?: string;
  readonly reaction?: string;
  readonly correlationId?: string;
  readonly state?: NonNullable<DeadLetterFilter['state']>;
  readonly olderThan?: number;
  readonly newerThan?: number;
}

/** Adds them. */
export function withFilter(command: OptionTaker): void {
  const options = [
    new Option('--type <message>', 'of this message type'),
    new Option('--code <error>', 'with this error code'),
    new Option('--problem <hash>', 'of this problem, as choreo dead-letter list shows it'),
    new Option('--reaction <name>', 'of this reaction'),
    new Option('--correlation-id <id>', 'of this saga'),
    new Option('--state <state>', 'in this state').choices(['open', 'redriven', 'quarantined', 'closed'] as const),
    new Option('--older-than <duration>', 'whose last failure is older than this, e.g. 15m').argParser(duration),
    new Option('--newer-than <duration>', 'whose last failure is newer than this, e.g. 2h').argParser(duration),
  ];
  for (const option of options) command.addOption(option as never);
}

/** What they select. */
export function filterOf({ type, code, problem, reaction, correlationId, state, olderThan, newerThan }: FilterOptions): DeadLetterFilter {
  return given({ type, code, problem, reaction, correlationId, state, olderThanSeconds: olderThan, newerThanSeconds: newerThan });
}
