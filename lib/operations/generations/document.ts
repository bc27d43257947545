import { ChoreographyError } from '../../contract/errors.ts';
import { FIRST_GENERATION, type Generations } from '../../runtime/journal/generations.ts';
import { storeIn } from '../../runtime/journal/in-generation.ts';
import type { Store } from '../../runtime/ports/store.ts';
import type { OperatorAccess } from '../access.ts';
import { withPatience } from '../patience.ts';

/** Tries to change a document that a service's functions write, too. */
const CHANGE_TRIES_MAX = 10;

/** Which generations of a service's state there are. @throws UNKNOWN_SERVICE */
export async function loadGenerations(access: OperatorAccess, service: string): Promise<Generations> {
  return (await withPatience(access.clock, () => access.store(service).generations())) ?? FIRST_GENERATION;
}

/** Writes the next document on condition of the one before it. `false`: somebody else changed it. */
export async function putGenerations(access: OperatorAccess, service: string, next: Generations, before: Generations): Promise<boolean> {
  const expect = before.version === FIRST_GENERATION.version ? null : before.version;
  return withPatience(access.clock, () => access.store(service).putGenerations(next, expect));
}

/** Changes the document as it is then; `change` may refuse, or leave it (`undefined`). @throws GENERATION_CHANGED (retryable) */
export async function changeGenerations(
  access: OperatorAccess,
  service: string,
  change: (before: Generations) => Generations | undefined,
): Promise<Generations> {
  for (let attempt = 1; attempt <= CHANGE_TRIES_MAX; attempt += 1) {
    const before = await loadGenerations(access, service);
    const next = change(before);
    if (!next) return before;
    if (await putGenerations(access, service, next, before)) return next;
  }
  throw new ChoreographyError('GENERATION_CHANGED', `The generations of ${service} are changed all the time; try again.`, {
    details: { service },
    retryable: true,
  });
}

/** A service's journal as live messages see it now. @throws UNKNOWN_SERVICE */
export async function liveJournal(access: OperatorAccess, service: string): Promise<Store> {
  return storeIn(access.store(service), (await loadGenerations(access, service)).current);
}
