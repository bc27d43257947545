import { canonicalText } from '../../schema/canonical-text.ts';
import { hashOf } from './hash.ts';

/** Tells a duplicate from other data under the same id: what a claim keeps of a message's data. */
export function payloadHash(data: unknown): string {
  return hashOf('payload', canonicalText(data));
}
