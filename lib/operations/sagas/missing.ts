import type { Envelope } from '../../contract/envelope.ts';
import type { Emission } from '../../runtime/journal/claim.ts';
import { type ItemKey, keyText } from '../../runtime/journal/item-key.ts';
import { markerOf } from '../../runtime/journal/outbox.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import type { OperatorAccess } from '../access.ts';
import { type Concern, claimKeyOf, concernedBy } from '../claim-key.ts';
import { readLots } from '../read-lots.ts';
import { accountSince } from './account.ts';
import { isSettled } from './expected.ts';

/** An event that is out, and a reaction on it that has left no claim. */
export interface MissingEvent {
  readonly event: Envelope;
  readonly concern: Concern;
  /** The service of the reaction. */
  readonly at: string;
  /** It waits in the outbox of its own service. */
  readonly unpublished: boolean;
}

type Asked = Omit<MissingEvent, 'unpublished'> & { readonly key: ItemKey; readonly emission: Emission };

/** Commits whose marker is still there. */
async function unpublished(access: OperatorAccess, service: string, emissions: readonly Emission[]): Promise<ReadonlySet<string>> {
  const ids = [...new Set(emissions.map(markerOf))];
  const outbox = await readLots(access, service, 'outbox', ids);
  return new Set([...outbox.values()].flatMap(({ entries }) => entries.map(({ commit }) => commit)));
}

/** Since when services keep account of what they take. */
async function accounts(access: OperatorAccess, services: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
  const known = await Promise.all([...services].map(async (service) => [service, await accountSince(access, service)] as const));
  return new Map(known);
}

/** Events of one service that some declared reaction has not taken. The sender's outbox is looked at only where something is missing. */
export async function missingReactions(
  access: OperatorAccess,
  manifests: readonly ServiceManifest[],
  sender: string,
  events: readonly { readonly event: Envelope; readonly emission: Emission }[],
): Promise<readonly MissingEvent[]> {
  const missing: Asked[] = [];
  for (const manifest of manifests) {
    const asked = events.flatMap(({ event, emission }) =>
      concernedBy(manifest, event.type).map(
        (concern): Asked => ({ event, emission, concern, at: manifest.service, key: claimKeyOf(concern.reaction, event) }),
      ),
    );
    if (asked.length === 0) continue;
    const keys = asked.map(({ key }) => key);
    const claims = await readLots(access, manifest.service, 'claims', keys);
    for (const one of asked) {
      const claim = claims.get(keyText(one.key));
      // An undo that failed is an open step, and seen there.
      if (!isSettled(claim, one.concern) && !claim?.deadLetters.length) missing.push(one);
    }
  }
  if (missing.length === 0) return [];
  const waiting = await unpublished(
    access,
    sender,
    missing.map(({ emission }) => emission),
  );
  const since = await accounts(access, new Set(missing.map(({ at }) => at)));
  return missing
    .map(({ event, concern, at, emission }) => ({ event, concern, at, unpublished: waiting.has(emission.commit) }))
    .filter(({ event, at, unpublished: isWaiting }) => isWaiting || Date.parse(event.time) >= (since.get(at) ?? 0));
}
