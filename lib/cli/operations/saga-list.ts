import { ChoreographyError } from '../../contract/errors.ts';
import { knownManifests } from '../../operations/access.ts';
import { OVERDUE_SECONDS } from '../../operations/sagas/overdue.ts';
import { type RecentQuery, recentSagas, SINCE_SECONDS } from '../../operations/sagas/recent.ts';
import { type StuckPage, type StuckQuery, stuckSagas } from '../../operations/sagas/stuck.ts';
import type { StuckFinding } from '../../operations/sagas/stuck-finding.ts';
import type { Answer, CommandContext, Program } from '../command.ts';
import { exitCodes, usageError } from '../failure.ts';
import { duration, whole } from '../option-values.ts';
import { RUN_SECONDS, type World } from '../world/world.ts';
import { given, inWorld, operate } from './operation.ts';
import { type RecentAsked, recentText, stuckText } from './saga-list-text.ts';

const RECENT = 50;
const FINDINGS = 100;
const LIMIT_MAX = 10_000;

/** Options of `choreo saga list`, without those of every command. */
interface ListOptions {
  readonly stuck?: true | undefined;
  readonly olderThan?: number | undefined;
  readonly since?: number | undefined;
  readonly message?: string | undefined;
  readonly subject?: string | undefined;
  readonly limit?: number | undefined;
}

/** All pages, up to a number of findings. */
async function findStuck(
  world: World,
  olderThanSeconds: number,
  limit: number,
): Promise<{ readonly items: readonly StuckFinding[]; readonly looked: number; readonly more: boolean }> {
  const manifests = await world.finish(knownManifests(world.access));
  const items: StuckFinding[] = [];
  let looked = 0;
  let cursor: string | undefined;
  do {
    const query: StuckQuery = given({ olderThanSeconds, cursor });
    const page: StuckPage = await world.finish(stuckSagas(world.access, manifests, query));
    items.push(...page.items);
    looked += page.looked;
    cursor = page.cursor;
  } while (cursor !== undefined && items.length < limit);
  return { items: items.slice(0, limit), looked, more: cursor !== undefined || items.length > limit };
}

async function stuckAnswer(world: World, { olderThan = OVERDUE_SECONDS, limit = FINDINGS }: ListOptions): Promise<Answer> {
  const found = await findStuck(world, olderThan, limit);
  const now = world.access.clock.now();
  return {
    text: (paint, next) => stuckText({ ...found, olderThanSeconds: olderThan, now }, paint, next),
    data: found,
    list: 'items',
    exit: found.items.length > 0 ? exitCodes.problems : exitCodes.done,
  };
}

/** The clock of a saved run stands at its end, long after its sagas: there, the whole run is recent. */
async function recentAnswer(world: World, { since, message: type, subject, limit = RECENT }: ListOptions): Promise<Answer> {
  const { access, still, finish } = world;
  const { retentionSeconds } = access;
  if (!access.stream)
    throw new ChoreographyError('STREAM_MISSING', 'This backbone has no stream, so its recent sagas cannot be listed.', {
      details: {
        why: 'They are found by the events on the stream; no journal has a list of them.',
        fix: 'List those that do not go on, as the journals show them: choreo saga list --stuck.',
      },
    });
  const asked: RecentAsked = given({ sinceSeconds: since ?? (still ? undefined : SINCE_SECONDS), type, subject, retentionSeconds });
  const query: RecentQuery = { ...given({ type, subject }), limit, sinceSeconds: asked.sinceSeconds ?? retentionSeconds ?? RUN_SECONDS };
  const recent = await finish(recentSagas(access, query));
  return { text: (paint, next) => recentText(recent, asked, paint, next), data: recent, list: 'items' };
}

/** @throws USAGE */
function checkOptions({ stuck, olderThan, since, message, subject }: ListOptions): void {
  const refused = stuck ? { since, message, subject } : { 'older-than': olderThan };
  const [name] = Object.entries(refused).flatMap(([option, value]) => (value === undefined ? [] : [`--${option}`]));
  if (name === undefined) return;
  if (stuck) throw usageError(`${name} and --stuck cannot be combined.`, `${name} selects recent sagas.`, 'Leave one of them out.');
  throw usageError(`${name} needs --stuck.`, 'It says for how long a saga has been stuck.', `Write choreo saga list --stuck ${name} 1h.`);
}

/** Adds `choreo saga list`. */
export function addSagaList(group: Program, context: CommandContext): void {
  const command = group
    .command('list')
    .description('list sagas by their newest events, or with --stuck those that do not go on (exits with 3 if there are any)')
    .option('--since <duration>', 'how far to look back (default: 15m; of a saved run: all of it)', duration)
    .option('--message <type>', 'only with an event of this type')
    .option('--subject <text>', 'only with an event whose subject contains this text, e.g. an order id')
    .option('--stuck', 'what is stuck: which service, which event is missing, since when')
    .option('--older-than <duration>', 'with --stuck: for at least this long (default: 15m)', duration)
    .option('--limit <number>', `how many at most (default: ${RECENT}; with --stuck: ${FINDINGS})`, whole(1, LIMIT_MAX));
  inWorld(command);
  command.action(async (options, self) => {
    checkOptions(options);
    await operate(context, self.optsWithGlobals(), 'saga list', (world) =>
      options.stuck ? stuckAnswer(world, options) : recentAnswer(world, options),
    );
  });
}
