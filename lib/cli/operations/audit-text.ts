import type { AuditEntry } from '../../operations/audit.ts';
import { tableText, timeText } from '../table.ts';
import type { Paint } from '../terminal.ts';
import { redriveCounts } from './dead-letter-text.ts';

const headings = ['when', 'who', 'what', 'where', 'on', 'outcome', 'reason'];

/** A redrive is done also where there was nothing to send, so its counts stand behind. */
function outcomeText({ action, outcome, result }: AuditEntry): string {
  return action === 'dead-letter.redrive' && result ? `${outcome}: ${redriveCounts(result)}` : outcome;
}

function rowOf(entry: AuditEntry): readonly string[] {
  const { at, who, action, service, subject, reason } = entry;
  return [timeText(at), who, action, service, subject === service ? '' : subject, outcomeText(entry), reason ?? ''];
}

/** The entries as a table. */
export function auditText({ items, more }: { readonly items: readonly AuditEntry[]; readonly more: boolean }, paint: Paint): string {
  if (items.length === 0) return 'nothing was done\n';
  const begun = items.some(({ outcome }) => outcome === 'begun');
  return [
    tableText(headings, items.map(rowOf), paint),
    ...(begun ? ['begun: it was set out to, and no answer came; look whether it took effect\n'] : []),
    ...(more ? ['there are more: raise --limit, or name a --day\n'] : []),
  ].join('');
}
