import type { OperatorAccess } from '../../operations/access.ts';
import { type DeadLetterSummary, listDeadLetters } from '../../operations/dead-letters/list.ts';
import type { Saga } from '../../operations/sagas/saga.ts';

/** Dead letters of one saga that are looked for. */
const LETTERS_MAX = 50;

/**
 * Dead letters of a saga that none of its claims names: a message that could not be read, or that came upon what another
 * one had taken. They are found among the newest dead letters of all consumers, as no journal has them by saga.
 */
export async function unclaimedLetters(access: OperatorAccess, { correlationId, steps }: Saga): Promise<readonly DeadLetterSummary[]> {
  const claimed = new Set(steps.flatMap(({ service, deadLetters }) => deadLetters.map(({ id }) => `${service} ${id}`)));
  const { items } = await listDeadLetters(access, { filter: { correlationId }, limit: LETTERS_MAX });
  return items.filter(({ consumer, id }) => !claimed.has(`${consumer} ${id}`));
}
