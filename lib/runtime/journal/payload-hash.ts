import type { Envelope } from '../../contract/envelope.ts';
import { canonicalText } from '../../schema/canonical-text.ts';
import { hashOf } from './hash.ts';

/** Stands for a message's data where that is not kept: tells a duplicate from other data under the same id. */
export function payloadHash(data: unknown): string {
  return hashOf('payload', canonicalText(data));
}

/** Whether two messages under the same id say the same, in whatever order. */
export function samePayload(one: Pick<Envelope, 'data'>, other: Pick<Envelope, 'data'>): boolean {
  return canonicalText(one.data) === canonicalText(other.data);
}
