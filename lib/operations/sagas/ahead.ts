import type { Envelope } from '../../contract/envelope.ts';
import { messageKey } from '../stream-message.ts';

/** As far as it matters here: `scheduled` says that it is to go out later. */
type Sent = Pick<Envelope, 'source' | 'id'> & { readonly scheduled: boolean };

/**
 * Tells what waits for a deadline that lies ahead. Only what a reaction has scheduled does: any other message is out, even
 * if its time is later than the reader's. The clocks of two machines differ, and events go out while journals are read.
 */
export function waitsForDeadline(
  messages: readonly Sent[],
): (step: { readonly messageSource: string; readonly messageId: string }) => boolean {
  const ahead = new Set(messages.filter(({ scheduled }) => scheduled).map(messageKey));
  return ({ messageSource: source, messageId: id }) => ahead.has(messageKey({ source, id }));
}
