import { isChoreographyError } from '../../contract/errors.ts';
import type { ErrorRecord, SourcePosition } from '../../runtime/journal/dead-letter.ts';
import { type DeadLetterParts, deadLetterId, unreadableUnit } from '../../runtime/tasks/dead-letters.ts';
import type { ServiceInstance } from '../service-instance.ts';

/** What is known of a message that cannot be had any more. */
export interface LostRecords {
  /** What AWS wrote about it. */
  readonly raw: string;
  readonly error: ErrorRecord;
  readonly source: SourcePosition;
  /** Milliseconds since 1970; the same each time, as the document's id is made of it. */
  readonly at: number;
}

/**
 * Keeps what is known of a message that is gone as a dead letter, so that the loss is seen; a document that is there
 * already stays as it is. Whether it is safe: `false` while the journal does not answer.
 */
export async function keepLost({ ports, service }: ServiceInstance, { raw, error, source, at }: LostRecords): Promise<boolean> {
  const { store, entropy, clock, telemetry } = ports;
  const parts: DeadLetterParts = { consumer: service.name, reactions: [], phase: 'transport', raw, error, source };
  const id = deadLetterId(parts, at);
  try {
    if ((await store.read({ deadLetters: [id] })).deadLetters.has(id)) return true;
    const unit = unreadableUnit(parts, { commit: entropy.uniqueId(), arrivedAt: at, nowMs: clock.now() });
    const outcomes = await store.commit([unit]);
    if (!outcomes.every(({ status }) => status === 'committed')) return false;
  } catch (failure) {
    if (!isChoreographyError(failure) || !failure.retryable) throw failure;
    return false;
  }
  telemetry.count('dead-letters', { service: service.name, code: error.code });
  telemetry.log({ level: 'error', message: 'a message is lost; what is known of it is a dead letter', fields: { error, source } });
  return true;
}
