import { hashOf } from '../../runtime/journal/hash.ts';
import { canonicalText } from '../../schema/canonical-text.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { withPatience } from '../patience.ts';
import { PLATFORM_COLLECTION } from './replay-list.ts';
import type { StuckPorts } from './stuck-count.ts';

/** Since when the platform knows that a reaction takes a type: milliseconds since 1970, by `seenKey`. */
export type ReactionsSeen = Readonly<Record<string, number>>;

const ID = 'reactions';
/** Entries that are kept: they have to fit into one document. What is beyond them counts as new. */
const SEEN_MAX = 4_000;

/** Characters of a key: names may be long, and `SEEN_MAX` keys have to fit into one document. */
const KEY_CHARACTERS = 16;

/** Names that one reaction takes one type. */
export function seenKey(service: string, reaction: string, type: string): string {
  return hashOf('seen', service, reaction, type).slice(0, KEY_CHARACTERS);
}

function keysOf(manifests: readonly ServiceManifest[]): readonly string[] {
  return manifests.flatMap(({ service, reactions }) =>
    reactions.flatMap(({ name, on, compensation }) => [...on, ...(compensation?.on ?? [])].map(({ type }) => seenKey(service, name, type))),
  );
}

/**
 * Looks up which reactions there are, and notes those that are new: an event that was out before somebody subscribed to it
 * is not missing there. Best effort: what another tick has noted meanwhile is there at the next one. `complete`: whose
 * reactions are not there any more are forgotten; not where a manifest cannot be read now.
 */
export async function seeReactions(ports: StuckPorts, manifests: readonly ServiceManifest[], complete: boolean): Promise<ReactionsSeen> {
  const { clock, records } = ports;
  const found = await withPatience(clock, () => records.get(PLATFORM_COLLECTION, ID));
  const before = (found?.value ?? {}) as ReactionsSeen;
  const now = Object.fromEntries(keysOf(manifests).map((key) => [key, before[key] ?? clock.now()]));
  const seen = complete ? now : { ...before, ...now };
  const value = Object.fromEntries(Object.entries(seen).slice(0, SEEN_MAX));
  if (canonicalText(value) !== canonicalText(before)) {
    const version = hashOf('reactions', found?.version ?? '', canonicalText(value));
    const record = { collection: PLATFORM_COLLECTION, id: ID, version, value };
    await withPatience(clock, () => records.put(record, found?.version ?? null));
  }
  return seen;
}
