import type { Claim } from '../../runtime/journal/claim.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import type { ParkedMessage, SagaMarker } from '../../runtime/journal/parked.ts';
import type { OperatorAccess } from '../access.ts';
import { liveJournal } from '../generations/document.ts';
import { withPatience } from '../patience.ts';
import { readLots } from '../read-lots.ts';
import { accountSince } from './account.ts';

/** What one service has in its journal about a saga. */
export interface SagaJournal {
  readonly service: string;
  /** As `accountSince` says: what went out before may have left no claim in it. */
  readonly since: number;
  readonly claims: readonly Claim[];
  /** There are more claims than `CLAIMS_MAX`. */
  readonly more: boolean;
  /** By id: those that the claims name. */
  readonly deadLetters: ReadonlyMap<string, DeadLetter>;
  readonly marker?: SagaMarker;
  readonly parked: readonly ParkedMessage[];
}

/** Claims of one saga in one service that are read. */
export const CLAIMS_MAX = 1_000;
const PARKED_MAX = 100;

/** Reads what a service knows of a saga. @throws UNKNOWN_SERVICE */
export async function readJournal(access: OperatorAccess, service: string, saga: string): Promise<SagaJournal> {
  const since = await accountSince(access, service);
  const store = await liveJournal(access, service);
  const claims = await withPatience(access.clock, () => store.listClaims(saga, CLAIMS_MAX));
  const { sagas } = await withPatience(access.clock, () => store.read({ sagas: [saga] }));
  const marker = sagas.get(saga);
  const parked = marker ? await withPatience(access.clock, () => store.listParked(saga, PARKED_MAX)) : [];
  const named = [...new Set(claims.flatMap((claim) => claim.deadLetters))];
  const deadLetters = await readLots(access, service, 'deadLetters', named);
  return { service, since, claims, more: claims.length >= CLAIMS_MAX, deadLetters, ...(marker ? { marker } : {}), parked };
}
