import { ChoreographyError } from '../../contract/errors.ts';
import { audited } from '../../operations/audit.ts';
import { followStream } from '../../operations/follow-stream.ts';
import type { CommandContext, Program } from '../command.ts';
import { exitCodes, usageError } from '../failure.ts';
import { duration, several, whole } from '../option-values.ts';
import { suggestion } from '../suggest.ts';
import { printable } from '../text-layout.ts';
import type { World, WorldOptions } from '../world/world.ts';
import { given, inLiveWorld } from './operation.ts';
import { createTailReader, type TailedRecord } from './tail-record.ts';
import { createTailLine } from './tail-text.ts';

const LIMIT_MAX = 1_000_000;

const examples = `Examples:
  $ choreo tail                                    what the services publish from now on
  $ choreo tail --since 10m --saga <id>            one saga, from ten minutes ago on
  $ choreo tail --message OrderCancelled --json    one type of event, a line of JSON each
  $ choreo tail --data --limit 5                   the next five events with their data
`;

const about = `
A line is one event: when the stream took it, who published it, its type and version, its saga, and after ← the type of the event that
led to it. Without an arrow, a command or another system led to it; with … it is not known, as it came before.

Every event is on the stream, also those for services on the bus. Commands, messages of other systems, what others put onto the bus, and
what a replay or a redrive sends to one consumer are not; a deadline is, once it is due. A backbone without a stream cannot be followed.

Ctrl-C ends it, with exit code 130; --limit with 0.`;

/** Options of `choreo tail`, without those of every command. */
interface TailOptions {
  readonly since?: number | undefined;
  readonly saga?: string | undefined;
  readonly message?: readonly string[] | undefined;
  readonly service?: readonly string[] | undefined;
  readonly limit?: number | undefined;
  readonly data?: true | undefined;
  readonly reason?: string | undefined;
}

/** @throws STREAM_MISSING */
function checkStream({ access }: World): void {
  if (access.stream) return;
  throw new ChoreographyError('STREAM_MISSING', 'This backbone has no stream, so its events cannot be followed.', {
    details: {
      why: 'They are on the bus alone, which keeps nothing and shows an event only to the targets of its rules.',
      fix: 'Look at what the journals have: choreo saga show <id>, choreo saga list --stuck. Or give the bus a rule with a log group as its target.',
    },
  });
}

/** @throws USAGE */
function checkReason({ data, reason }: TailOptions, { backbone }: WorldOptions): void {
  if (data && backbone !== undefined && reason === undefined)
    throw usageError(
      '--data needs a --reason with --backbone.',
      'Data may be sensitive: the audit records who has seen it, and why.',
      "Add --reason 'what you look for'.",
    );
  if (!data && reason !== undefined)
    throw usageError('--reason needs --data.', 'It says why data is looked at.', 'Add --data, or leave it out.');
}

/** Whether a record was asked for. What is no event has nothing to ask for. */
function isWanted(record: TailedRecord, { saga, message, service }: TailOptions): boolean {
  if ('problem' in record) return saga === undefined && message === undefined && service === undefined;
  const { correlationid, type, source } = record.event;
  return (saga ?? correlationid) === correlationid && (message?.includes(type) ?? true) && (service?.includes(source) ?? true);
}

/** Data may be sensitive: the audit has who looks at it, before anything is shown. */
async function note({ access }: World, { saga, message = [], service = [], reason }: TailOptions): Promise<void> {
  const subject = [...message, ...service, ...(saga === undefined ? [] : [saga])].join(', ') || 'all events';
  const entry = { action: 'event.reveal' as const, service: 'stream', subject, ...given({ reason }) };
  await audited(access, entry, async () => ({ value: undefined }));
}

/** What can be expected on the stream, as the services describe themselves. */
interface Expected {
  readonly services: readonly string[];
  readonly types: readonly string[];
}

async function expectedFrom({ access }: World): Promise<Expected> {
  const consumers = await access.consumers();
  const reactions = consumers.flatMap(({ manifest }) => manifest?.reactions ?? []);
  const events = reactions.flatMap(({ on, emits, fails, schedules, compensation }) =>
    [on, emits, fails, schedules, compensation?.emits ?? []].flat().filter(({ kind }) => kind === 'event'),
  );
  return { services: consumers.map(({ name }) => name), types: events.map(({ type }) => type) };
}

/** Names that nobody here has: whoever mistypes one would wait for ever. */
function doubts({ message = [], service = [] }: TailOptions, { services, types }: Expected): readonly string[] {
  const doubt = (asked: readonly string[], names: readonly string[], what: string) =>
    asked.flatMap((name) => {
      if (names.length === 0 || names.includes(name)) return [];
      const meant = suggestion(name, names);
      return [`no service here ${what} ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`];
    });
  return [...doubt(service, services, 'is called'), ...doubt(message, types, 'takes or publishes')];
}

/** What whoever sits there should know before anything comes. */
function announce({ terminal, outputOf }: CommandContext, options: TailOptions, expected: Expected): void {
  const { paint } = outputOf(options);
  for (const doubt of doubts(options, expected)) terminal.err(printable(`${paint('yellow', '!')} ${doubt}\n`));
  if (terminal.isScreen) terminal.err(paint('dim', 'Waiting for events; Ctrl-C ends it.\n'));
}

/** Prints event by event, until Ctrl-C or as many as were asked for. */
async function tail(context: CommandContext, options: TailOptions & WorldOptions, world: World): Promise<number> {
  const { access, timeScale = 1 } = world;
  const { since, limit = Number.POSITIVE_INFINITY, data } = options;
  let ended = false;
  context.terminal.onInterrupt?.(() => {
    ended = true;
  });
  const read = createTailReader(data === true);
  const expected = await expectedFrom(world);
  const line = createTailLine(expected.services, expected.types);
  announce(context, options, expected);
  if (data) await note(world, options);
  const from = since === undefined ? {} : { since: access.clock.now() - since * 1000 };
  let told = 0;
  for await (const { shard, records } of followStream(access, { ...from, timeScale })) {
    if (ended) break;
    for (const record of records.map((one) => read(shard, one)).filter((one) => isWanted(one, options))) {
      context.answer(options, 'tail', { text: (paint) => line(record, paint), data: record, oneOfMany: true });
      told += 1;
      if (told >= limit) return exitCodes.done;
    }
  }
  return exitCodes.interrupted;
}

/** Adds `choreo tail`. */
export function addTail(program: Program, context: CommandContext): void {
  const command = program
    .command('tail')
    .description('follow events as they are published, one line each, until Ctrl-C')
    .option('--since <duration>', 'begin with what arrived this long ago (default: from now on)', duration)
    .option('--saga <id>', 'of one saga only')
    .option('--message <type>', 'of this type only; may be repeated', several)
    .option('--service <name>', 'published by this service only; may be repeated', several)
    .option('--limit <number>', 'end after this many', whole(1, LIMIT_MAX))
    .option('--data', 'show their data, too; the audit records who has seen it')
    .option('--reason <text>', 'why the data is looked at, for the audit; --backbone needs one')
    .addHelpText('before', examples)
    .addHelpText('after', about);
  inLiveWorld(command);
  command.action(async (_, self) => {
    const options = self.optsWithGlobals() as TailOptions & WorldOptions;
    checkReason(options, options);
    const world = await context.openWorld(options);
    try {
      checkStream(world);
      context.end(await world.finish(tail(context, options, world)));
    } finally {
      world.close();
    }
  });
}
