import type { ChoreographyError } from '../../contract/errors.ts';
import type { Claim } from '../journal/claim.ts';
import { entryKey } from '../journal/item-key.ts';
import type { Unit, Write } from '../journal/unit.ts';
import { errorRecord } from '../tasks/task.ts';
import type { Round } from './round.ts';
import type { WorkItem } from './work-item.ts';

/**
 * Notes in a generation that is filled that a message cannot be read, for each reaction that it was sent to: the replay
 * need not wait for it. Without the message, so that a redrive of what was corrected meanwhile finds its place.
 */
export async function leftOutUnit({ context, workspace }: Round, item: WorkItem, problem: ChoreographyError): Promise<Unit> {
  const { entropy, clock } = context.ports;
  const id = entropy.uniqueId();
  const { correlationid: saga, source, id: eventId } = item.original;
  const { code, message } = errorRecord(problem);
  const expiresAt = Math.ceil(clock.now() / 1000) + context.settings.claimLifeSeconds;
  const writes: Write[] = [];
  for (const reaction of item.reactions ?? []) {
    const key = entryKey(saga, reaction, source, eventId);
    if (await workspace.claim(key)) continue;
    const refusal = { code, message };
    const put: Claim = {
      kind: 'entry',
      key,
      saga,
      reaction,
      state: 'gave-up',
      version: id,
      refusal,
      deadLetters: [],
      emissions: [],
      expiresAt,
    };
    writes.push({ kind: 'claim', key, expect: null, put });
  }
  return { id, writes };
}
