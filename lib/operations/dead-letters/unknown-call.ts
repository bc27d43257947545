import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import type { ConsumerInfo, OperatorAccess } from '../access.ts';
import { claimAbout } from './change.ts';

/**
 * Why a redrive would end as before, as the end of a sentence about the document: its reaction has called outside at most once,
 * as it is deployed, and nobody knows with which outcome. `undefined`: it would not, or the service has not said how it calls.
 */
export async function unknownCallProblem(
  access: OperatorAccess,
  { manifest }: Pick<ConsumerInfo, 'manifest'>,
  letter: DeadLetter,
): Promise<string | undefined> {
  const { error, phase, reactions } = letter;
  const atMostOnce = manifest?.reactions.some(({ name, delivery }) => reactions.includes(name) && delivery === 'at-most-once');
  if (error.code !== 'OUTCOME_UNKNOWN' || !atMostOnce) return undefined;
  const claim = await claimAbout(access, letter);
  if (!claim) return undefined;
  const { state, firstCall, undoBegun, reaction } = claim;
  const undoes = phase === 'undo' && state === 'done' && undoBegun !== undefined;
  const acts = (state === 'started' || state === 'gave-up') && firstCall !== undefined;
  if (!acts && !undoes) return undefined;
  const call = acts ? `${firstCall.client}.${firstCall.method}` : 'what undoes it';
  return `is about ${reaction}, which called ${call}, and calls at most once: find out what the call did, and close it by resolve`;
}
