import { findConsumer, type OperatorAccess } from '../access.ts';
import { loadGenerations } from '../generations/document.ts';

/**
 * Since when a consumer can have a claim of every message that it takes: milliseconds since 1970. A generation that was
 * built anew has what the stream kept when it was begun, and its replay took all of that; and what is older than the
 * consumer runs leaves no claim, or one that has expired. What went out before is not missing. @throws UNKNOWN_SERVICE
 */
export async function accountSince(access: OperatorAccess, consumer: string): Promise<number> {
  const { messageAgeSecondsMax } = await findConsumer(access, consumer);
  const { since = 0 } = await loadGenerations(access, consumer);
  return messageAgeSecondsMax === undefined ? since : Math.max(since, access.clock.now() - messageAgeSecondsMax * 1000);
}
