import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import type { ConsumerInfo, OperatorAccess } from '../access.ts';
import { concernedBy } from '../claim-key.ts';

/**
 * Why nothing would run on a document as its service is deployed, as the end of a sentence about it: a redrive would end
 * without a word. `undefined`: something would, or the service has not said what it takes.
 */
export function untakenProblem(
  { name, manifest }: Pick<ConsumerInfo, 'name' | 'manifest'>,
  { phase, message, reactions }: Pick<DeadLetter, 'phase' | 'message' | 'reactions'>,
): string | undefined {
  if (!manifest || !message || phase === 'publish') return undefined;
  const taking = concernedBy(manifest, message.type).map(({ reaction }) => reaction.name);
  // A message that could not be read concerned no reaction yet: all are meant.
  if (reactions.length === 0 ? taking.length > 0 : reactions.some((reaction) => taking.includes(reaction))) return undefined;
  const what = reactions.length === 0 ? 'that no reaction takes' : `for ${reactions.join(', ')}, which does not take it`;
  return `is about ${message.type}, ${what} in ${name} as it is deployed: deploy such a reaction, or close it by discard or resolve`;
}

/** `untakenProblem` for documents of all consumers. */
export async function untakenIn(access: OperatorAccess): Promise<(letter: DeadLetter) => string | undefined> {
  const consumers = new Map((await access.consumers()).map((consumer) => [consumer.name, consumer]));
  return (letter) => untakenProblem(consumers.get(letter.consumer) ?? { name: letter.consumer }, letter);
}
