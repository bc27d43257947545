import type { Claim } from '../../runtime/journal/claim.ts';

/** Since when a claim is as it is, in milliseconds since 1970: its dead letters begin with the time of their first failure. */
export function openSince({ deadLetters, firstCall, emissions, message }: Claim): number {
  const [letter = ''] = deadLetters;
  const failedAt = Date.parse(letter.split('~')[0] ?? '');
  if (!Number.isNaN(failedAt)) return failedAt;
  return firstCall?.at ?? Date.parse(emissions.at(-1)?.at ?? message?.time ?? '');
}
