import { ChoreographyError } from '../../contract/errors.ts';
import type { OperatorAccess } from '../access.ts';
import { loadGenerations } from './document.ts';

/** Old generations that a service may keep: each has as many items as the current one. */
export const GENERATIONS_KEPT_MAX = 5;

/** The number of the generation that would be begun now. @throws GENERATION_BUILDING, GENERATIONS_KEPT */
export async function nextGeneration(access: OperatorAccess, service: string): Promise<number> {
  const { building, highest, kept } = await loadGenerations(access, service);
  if (building) {
    const { number, replay } = building;
    throw new ChoreographyError(
      'GENERATION_BUILDING',
      `The replay ${replay} fills generation ${number} of ${service}; switch to it, or discard it, before another one is begun.`,
      { details: { service, number, replay } },
    );
  }
  if (kept.length >= GENERATIONS_KEPT_MAX) {
    throw new ChoreographyError(
      'GENERATIONS_KEPT',
      `${service} keeps the old generations ${kept.join(', ')}; discard one before another one is begun.`,
      { details: { service, kept } },
    );
  }
  return highest + 1;
}
