import { isChoreographyError } from '../contract/errors.ts';
import { hashOf } from '../runtime/journal/hash.ts';
import type { Page } from '../runtime/ports/store.ts';
import { canonicalText } from '../schema/canonical-text.ts';
import { isoOf, type OperatorAccess } from './access.ts';
import { withPatience } from './patience.ts';

/** What an operator can do that leaves a trace. */
export type AuditAction =
  | 'command.send'
  | 'dead-letter.reveal'
  | 'event.reveal'
  | 'dead-letter.redrive'
  | 'dead-letter.edit'
  | 'dead-letter.discard'
  | 'dead-letter.resolve'
  | 'replay.start'
  | 'replay.pause'
  | 'replay.resume'
  | 'replay.stop'
  | 'generation.switch'
  | 'generation.discard'
  | 'consumer.pause'
  | 'consumer.resume';

/** One thing that an operator did, or set out to do. */
export interface AuditEntry {
  /** Time-ordered: ISO time, `~`, hash. */
  readonly id: string;
  readonly at: string;
  readonly who: string;
  readonly action: AuditAction;
  readonly service: string;
  /** Which dead letter, replay or consumer. */
  readonly subject: string;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** `begun`: it was set out to, and nobody came back to say how it ended, or no answer came; the document itself tells whether it took effect. */
  readonly outcome: 'begun' | 'done' | 'refused';
  readonly result?: Readonly<Record<string, unknown>>;
}

const COLLECTION = 'audit';
/** Codes of what got no answer: it may have been carried out, and nobody knows. */
const unanswered = ['COMMAND_UNAVAILABLE', 'COMMIT_AMBIGUOUS'] as const;

async function write(access: OperatorAccess, entry: AuditEntry, before: string | null): Promise<string> {
  const version = hashOf('audit', entry.id, entry.outcome);
  await withPatience(access.clock, () => access.records.put({ collection: COLLECTION, id: entry.id, version, value: entry }, before));
  return version;
}

/**
 * Runs a change under the audit. The entry is written first, so that no change goes without one, and gets its outcome
 * afterwards; both are in different tables, so the change itself carries the entry's id. A repeat of the same change at the
 * same time keeps one entry.
 */
export async function audited<Result>(
  access: OperatorAccess,
  what: Pick<AuditEntry, 'action' | 'service' | 'subject' | 'reason' | 'details'>,
  change: (audit: string) => Promise<{ readonly value: Result; readonly result?: Readonly<Record<string, unknown>> }>,
): Promise<Result> {
  const at = isoOf(access.clock.now());
  const id = `${at}~${hashOf('audit', access.who, canonicalText(what))}`;
  const entry: AuditEntry = { id, at, who: access.who, ...what, outcome: 'begun' };
  const begun = await write(access, entry, null);
  const { value, result } = await change(id).catch(async (error: unknown) => {
    const outcome = unanswered.some((code) => isChoreographyError(error, code)) ? 'begun' : 'refused';
    await end(access, { ...entry, outcome, result: { error: error instanceof Error ? error.message : String(error) } }, begun);
    throw error;
  });
  await end(access, { ...entry, outcome: 'done', ...(result ? { result } : {}) }, begun);
  return value;
}

/** Best effort: the change has taken effect or failed by now, and that is what is to be known; an entry that stays `begun` says enough. */
async function end(access: OperatorAccess, entry: AuditEntry, begun: string): Promise<void> {
  await write(access, entry, begun).catch(() => undefined);
}

/** What was done, newest first. `day`: the beginning of an ISO time, e.g. `2026-01` or `2026-01-31`. */
export async function listAudit(
  { records }: Pick<OperatorAccess, 'records'>,
  query: { readonly limit: number; readonly cursor?: string; readonly day?: string },
): Promise<Page<AuditEntry>> {
  const { limit, cursor, day } = query;
  const page = await records.list(COLLECTION, {
    limit,
    descending: true,
    ...(cursor === undefined ? {} : { cursor }),
    ...(day === undefined ? {} : { prefix: day }),
  });
  return { ...page, items: page.items.map(({ value }) => value as AuditEntry) };
}
