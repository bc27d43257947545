import { Option } from '@commander-js/extra-typings';
import type { ReplayPlace } from '../../operations/replay/record.ts';
import { parsePosition, type ReplaySpec } from '../../operations/replay/spec.ts';
import { usageError } from '../failure.ts';
import { rate, several, time, whole } from '../option-values.ts';
import { type FilterOptions, filterOf, withFilter } from './dead-letter-filter.ts';
import { type ChangeOptions, given, type OptionTaker } from './operation.ts';

/** What `choreo replay start` takes. */
export interface StartOptions extends Omit<FilterOptions, 'reaction' | 'type'>, ChangeOptions {
  readonly fromSequence?: readonly string[];
  readonly fromTime?: number;
  readonly fromStart?: true;
  readonly deadLetter?: true;
  readonly toSequence?: string;
  readonly toTime?: number;
  readonly saga?: string;
  readonly message?: readonly string[];
  readonly only?: readonly string[];
  readonly rate?: number;
  readonly maxMessages?: number;
  readonly mode?: 'recover' | 'reprocess';
  readonly withoutInbound?: true;
  readonly window?: number;
  readonly on?: ReplayPlace;
  readonly reason?: string;
  readonly dryRun?: true;
}

const MESSAGES_MAX = 1_000_000_000;

/** Where a replay is run; `otherwise`: what holds where it is not said. */
export function placeOption(otherwise: string) {
  return new Option(
    '--on <place>',
    `terminal: run it here, while this command runs; platform: leave it to the operator function of the backbone (default: ${otherwise})`,
  ).choices(['terminal', 'platform'] as const);
}

/** Adds them. */
export function withStartOptions(command: OptionTaker): void {
  const options = [
    new Option('--from-sequence <shard:number>', 'start at this record; may be given once for each shard').argParser(several),
    new Option('--from-time <time>', 'start at this ISO time of arrival').argParser(time),
    new Option('--from-start', 'start at the oldest record that is kept'),
    new Option('--dead-letter', 'send the messages of its dead letters, or the records that these point to'),
    new Option('--to-sequence <shard:number>', 'end with this record').argParser(String),
    new Option('--to-time <time>', 'end at this time of arrival (default: now)').argParser(time),
    new Option('--saga <id>', 'of one saga only'),
    new Option('--message <type>', 'of this type only; may be repeated').argParser(several),
    new Option('--only <reaction>', 'for this reaction only; may be repeated').argParser(several),
    new Option(
      '--mode <mode>',
      'recover: run what was missed; reprocess: rebuild everything that it keeps in a new generation (default: recover)',
    ).choices(['recover', 'reprocess']),
    new Option(
      '--without-inbound',
      'with reprocess: accept that what came through an inbound is missing, since the stream does not have it',
    ),
    new Option('--rate <number>', 'messages a second (default: 50)').argParser(rate),
    new Option('--max-messages <number>', 'stop after this many').argParser(whole(1, MESSAGES_MAX)),
    new Option('--window <number>', 'messages that may wait in the replay queue (default: 1000)').argParser(whole(1, MESSAGES_MAX)),
    placeOption('terminal'),
    new Option('--reason <text>', 'why, for the audit'),
    new Option('--dry-run', 'only count what would be sent and what would run'),
    new Option('-y, --yes', 'do not ask'),
  ];
  for (const option of options) command.addOption(option as never);
  withLetterFilter(command);
}

/** Of `--dead-letter`: those options of a filter that a replay has no other meaning for. */
function withLetterFilter(command: OptionTaker): void {
  const takes = new Set(['--code', '--problem', '--older-than', '--newer-than']);
  withFilter({ option: () => undefined, addOption: (option) => (takes.has(option.long ?? '') ? command.addOption(option) : undefined) });
}

function fromOf(options: StartOptions): ReplaySpec['from'] {
  const { fromSequence, fromTime, fromStart, deadLetter } = options;
  const ways: readonly (ReplaySpec['from'] | undefined)[] = [
    fromSequence && { kind: 'positions', positions: fromSequence.map(parsePosition) },
    fromTime === undefined ? undefined : { kind: 'time', at: fromTime },
    fromStart && { kind: 'start' },
    deadLetter && { kind: 'dead-letters', filter: filterOf(options) },
  ];
  const chosen = ways.filter((way) => way !== undefined);
  const [from] = chosen;
  if (from && chosen.length === 1) return from;
  throw usageError(
    chosen.length === 0 ? 'No place to start is given.' : 'More than one place to start is given.',
    'A replay needs one of --from-sequence, --from-time, --from-start and --dead-letter.',
    'For example: choreo replay start notification --from-time 2026-01-31T09:00:00Z --dry-run',
  );
}

/** The replay that is meant. @throws USAGE, INVALID_REPLAY */
export function specOf(consumer: string, options: StartOptions): ReplaySpec {
  const { toSequence, toTime, saga, message, only, rate: ratePerSecond, maxMessages, window, reason, mode, withoutInbound } = options;
  return {
    consumer,
    from: fromOf(options),
    ...given({
      until: toTime,
      last: toSequence === undefined ? undefined : parsePosition(toSequence),
      correlationId: saga,
      types: message,
      reactions: only,
      ratePerSecond,
      mode,
      withoutInbound,
      maxMessages,
      inFlightMax: window,
      reason,
    }),
  };
}
