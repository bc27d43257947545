import { ChoreographyError } from '../../contract/errors.ts';
import { type Generations, withoutGeneration } from '../../runtime/journal/generations.ts';
import { findConsumer, type OperatorAccess } from '../access.ts';
import { audited } from '../audit.ts';
import { withPatience } from '../patience.ts';
import { stopReplay } from '../replay/manage.ts';
import { changeGenerations, loadGenerations } from './document.ts';

/** What a discard came to. */
export interface DiscardedGeneration {
  readonly consumer: string;
  readonly generation: number;
  /** Entities that were deleted. */
  readonly dropped: number;
}

/** Items of the journal that one call looks at. */
const ITEMS_LOOKED_AT = 1_000;

/** @throws GENERATION_CURRENT, NO_GENERATION */
function checkNumber(consumer: string, { current, highest }: Generations, number: number): void {
  const details = { consumer, number, current };
  if (number === current) {
    throw new ChoreographyError(
      'GENERATION_CURRENT',
      `Generation ${number} of ${consumer} is the current one; it stays until another one is.`,
      {
        details,
      },
    );
  }
  if (Number.isInteger(number) && number >= 1 && number <= highest) return;
  throw new ChoreographyError('NO_GENERATION', `${consumer} has had the generations 1 to ${highest}, and no ${number}; list them.`, {
    details,
  });
}

async function dropAll(access: OperatorAccess, consumer: string, generation: number): Promise<number> {
  const store = access.store(consumer);
  let dropped = 0;
  let cursor: string | undefined;
  do {
    const query = { generation, limit: ITEMS_LOOKED_AT, ...(cursor === undefined ? {} : { cursor }) };
    const page = await withPatience(access.clock, () => store.dropGeneration(query));
    dropped += page.dropped;
    ({ cursor } = page);
  } while (cursor !== undefined); // the table's end: each page looks at what is behind the last one
  return dropped;
}

/**
 * Deletes a generation that is not the current one: an old one, or one that is being filled, whose replay ends with it. Its
 * claims expire by themselves. Run twice, or after a kill, it deletes what is left.
 * @throws UNKNOWN_SERVICE, GENERATION_CURRENT, NO_GENERATION, GENERATION_CHANGED (retryable)
 */
export async function discardGeneration(
  access: OperatorAccess,
  name: string,
  generation: number,
  reason?: string,
): Promise<DiscardedGeneration> {
  const { name: consumer } = await findConsumer(access, name);
  checkNumber(consumer, await loadGenerations(access, consumer), generation);
  const what = {
    action: 'generation.discard' as const,
    service: consumer,
    subject: String(generation),
    ...(reason === undefined ? {} : { reason }),
  };
  return audited(access, what, async () => {
    let replay: string | undefined;
    // First nobody writes into it any more, then it goes.
    await changeGenerations(access, consumer, (before) => {
      checkNumber(consumer, before, generation);
      replay = before.building?.number === generation ? before.building.replay : undefined;
      return replay !== undefined || before.kept.includes(generation) ? withoutGeneration(before, generation) : undefined;
    });
    if (replay !== undefined) await stopReplay(access, replay, reason).catch(() => undefined); // done, or stopped already
    const value = { consumer, generation, dropped: await dropAll(access, consumer, generation) };
    return { value, result: { ...value } };
  });
}
