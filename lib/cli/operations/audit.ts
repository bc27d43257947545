import { isoOf } from '../../operations/access.ts';
import { type AuditEntry, listAudit } from '../../operations/audit.ts';
import type { CommandContext, Program } from '../command.ts';
import { usageError } from '../failure.ts';
import { whole } from '../option-values.ts';
import type { World } from '../world/world.ts';
import { auditText } from './audit-text.ts';
import { addGroup, given, inWorld, operate } from './operation.ts';

/** Entries that are listed, if nothing else is asked for, and at most. */
const ENTRIES = 50;
const ENTRIES_MAX = 1_000;
/** A day, or a month or a year of them. */
const DAYS = /^\d{4}(?:-\d{2}(?:-\d{2})?)?$/;

function daysOf(text: string): string {
  const day = `${text}${'-01-01'.slice(text.length - 'YYYY'.length)}`;
  const isDay = DAYS.test(text) && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  if (isDay) return text;
  throw usageError(`--day ${text} is no day.`, 'It is 2026-01-31, or 2026-01 for a month.', 'Write --day 2026-01-31.');
}

/** Whoever mistypes a day would be told that nothing was done. @throws USAGE */
function checkPast(day: string | undefined, { access }: World): void {
  const now = isoOf(access.clock.now());
  if (day === undefined || day <= now.slice(0, day.length)) return;
  const today = now.slice(0, 'YYYY-MM-DD'.length);
  throw usageError(`--day ${day} is still to come.`, `Here it is ${today} now, in UTC.`, `Write a day up to --day ${today}.`);
}

/** The newest entries, page by page. */
async function newest(
  { access, finish }: World,
  limit: number,
  day: string | undefined,
): Promise<{ readonly items: readonly AuditEntry[]; readonly more: boolean }> {
  const items: AuditEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await finish(listAudit(access, { limit: limit - items.length, ...given({ cursor, day }) }));
    items.push(...page.items);
    ({ cursor } = page);
  } while (cursor !== undefined && items.length < limit);
  return { items, more: cursor !== undefined };
}

/** `choreo audit`: what operators did. */
export function addAudit(program: Program, context: CommandContext): void {
  const group = addGroup(program, 'audit', 'show what operators changed or looked at: who, when, why, and how it ended');
  const command = group
    .command('list')
    .description('list what was done, the newest first')
    .option('--day <date>', 'only of this day, or month: 2026-01-31, 2026-01', daysOf)
    .option('--limit <number>', `how many at most (default: ${ENTRIES})`, whole(1, ENTRIES_MAX));
  inWorld(command);
  command.action(async ({ day, limit = ENTRIES }, self) => {
    await operate(context, self.optsWithGlobals(), 'audit list', async (world) => {
      checkPast(day, world);
      const found = await newest(world, limit, day);
      return { text: (paint) => auditText(found, paint), data: found, list: 'items' };
    });
  });
}
