import type { Envelope } from '../../contract/envelope.ts';
import { isChoreographyError } from '../../contract/errors.ts';
import type { RuntimeContext } from '../context.ts';
import type { ErrorRecord } from '../journal/dead-letter.ts';
import { deadLetterWrite } from '../tasks/dead-letters.ts';

/** What a commit meant to send out, and never will. */
export interface Unpublished {
  readonly commit: string;
  /** Absent when the commit's events are gone. */
  readonly message?: Envelope;
  readonly error: ErrorRecord;
  /** Milliseconds since 1970. */
  readonly firstAt: number;
}

/**
 * Writes its dead letter; `false`: it is not in, or nobody knows. One that is there already stays as it is, with what operators did: as
 * long as another event of the commit waits, all of it is published again with each sweep.
 */
export async function writeUnpublished(context: RuntimeContext, { commit, message, error, firstAt }: Unpublished): Promise<boolean> {
  const { clock, entropy, store } = context.ports;
  const id = entropy.uniqueId();
  const nowMs = clock.now();
  const failure = { attempts: 1, firstAt, lastAt: nowMs, error };
  const source = { kind: 'outbox' as const, commit };
  const parts = {
    consumer: context.service,
    reactions: [],
    phase: 'publish' as const,
    error,
    failure,
    source,
    ...(message ? { message } : {}),
  };
  const write = deadLetterWrite(parts, undefined, { commit: id, nowMs, redrivesMax: context.settings.redrivesMax });
  try {
    const { deadLetters } = await store.read({ deadLetters: [write.id] });
    if (deadLetters.has(write.id)) return true;
    const outcomes = await store.commit([{ id, writes: [write] }]);
    return outcomes.every(({ status }) => status === 'committed');
  } catch (failure) {
    if (!isChoreographyError(failure) || !failure.retryable) throw failure;
    return false;
  }
}
