import type { ServiceManifest } from '../../topology/manifest.ts';
import { findConsumer, type OperatorAccess } from '../access.ts';
import { liveJournal } from '../generations/document.ts';
import { withPatience } from '../patience.ts';
import { newestLetters } from './open-letters.ts';
import { OVERDUE_SECONDS } from './overdue.ts';
import { givenUpFindings, type Look, missingFindings, openFinding, parkedFindings, type StuckFinding } from './stuck-finding.ts';

/** What `stuckSagas` takes. */
export interface StuckQuery {
  /** Only what is so for at least this long. @default 900 */
  readonly olderThanSeconds?: number;
  /** Events older than this are not run by any path, and their claims may be gone: they are left out. @default 1_209_600 */
  readonly lookBackSeconds?: number;
  /** Claims that one call looks at; findings of all of them are given. @default 1_000 */
  readonly limit?: number;
  readonly cursor?: string;
}

/** One page of findings. */
export interface StuckPage {
  readonly items: readonly StuckFinding[];
  readonly looked: number;
  /** Goes on behind the last claim that was looked at; also where a page has no findings. */
  readonly cursor?: string;
}

const LOOK_BACK_SECONDS = 1_209_600;
const CLAIMS_LOOKED_AT = 1_000;
/** Each service is asked once. */
function askedOnce<Answer>(ask: (service: string) => Promise<Answer>): (service: string) => Promise<Answer> {
  const known = new Map<string, Promise<Answer>>();
  return (service) => {
    const answer = known.get(service) ?? ask(service);
    known.set(service, answer);
    return answer;
  };
}

function lookOf(access: OperatorAccess, manifests: readonly ServiceManifest[], query: StuckQuery): Look {
  const { olderThanSeconds = OVERDUE_SECONDS, lookBackSeconds = LOOK_BACK_SECONDS } = query;
  const now = access.clock.now();
  return {
    access,
    manifests,
    from: now - lookBackSeconds * 1000,
    to: now - olderThanSeconds * 1000,
    isPaused: askedOnce(async (service) => (await withPatience(access.clock, () => access.control.consumer(service))).paused),
    letters: askedOnce(async (service) => (await newestLetters(access, service)).letters),
  };
}

function placeOf(
  cursor: string | undefined,
  manifests: readonly ServiceManifest[],
): readonly [service: string | undefined, cursor: string | undefined] {
  if (cursor === undefined) return [manifests[0]?.service, undefined];
  const [service = '', ...rest] = cursor.split(' ');
  const at = rest.join(' ');
  return [service, at === '' ? undefined : at];
}

/**
 * Sagas that do not go on: parked, with an open step, with a message that was given up before it had a claim, or with an
 * event out that some reaction left no claim for. It reads the journals as a whole, service by service and a page a call:
 * go on with the cursor until there is none.
 * @throws UNKNOWN_SERVICE
 */
export async function stuckSagas(
  access: OperatorAccess,
  manifests: readonly ServiceManifest[],
  query: StuckQuery = {},
): Promise<StuckPage> {
  const { limit = CLAIMS_LOOKED_AT } = query;
  const look = lookOf(access, manifests, query);
  const [service, cursor] = placeOf(query.cursor, manifests);
  if (service === undefined) return { items: [], looked: 0 };
  await findConsumer(access, service);
  const items: StuckFinding[] = [];
  if (cursor === undefined) items.push(...(await parkedFindings(look, service)), ...(await givenUpFindings(look, service)));
  const from = cursor === undefined ? {} : { cursor };
  const store = await liveJournal(access, service);
  const page = await withPatience(access.clock, () => store.scanClaims({ limit, ...from }));
  for (const claim of page.items) items.push(...(await openFinding(look, service, claim)));
  items.push(...(await missingFindings(look, service, page.items)));
  const next = manifests[manifests.findIndex((manifest) => manifest.service === service) + 1]?.service;
  const place = page.cursor === undefined ? next : `${service} ${page.cursor}`;
  return { items, looked: page.items.length, ...(place === undefined ? {} : { cursor: place }) };
}
