import type { Claim } from '../journal/claim.ts';
import { markerOf, type OutboxMarker } from '../journal/outbox.ts';
import type { Unit } from '../journal/unit.ts';

/** Markers of commits by commit id, as far as a group has been sent. */
export type SharedMarkers = Map<string, string>;

function markerIn({ writes }: Unit): OutboxMarker | undefined {
  return writes.find((write) => write.kind === 'outbox')?.put;
}

/** A claim that says where its events stand, also those that an earlier unit of the group sends out. */
function withMarkers(claim: Claim, markers: SharedMarkers): Claim {
  const isElsewhere = (emission: Claim['emissions'][number]) => (markers.get(emission.commit) ?? markerOf(emission)) !== markerOf(emission);
  if (!claim.emissions.some(isElsewhere)) return claim;
  const emissions = claim.emissions.map((emission) =>
    isElsewhere(emission) ? { ...emission, marker: markers.get(emission.commit) as string } : emission,
  );
  return { ...claim, emissions };
}

/**
 * The units of one transaction with one outbox marker for all of them, that of the first: a marker each would be a third
 * of all items, and one more to delete for each message. `markers` learns of it. Either all of the units are new, or,
 * with nothing to share, all are themselves.
 *
 * `sends`: how often units of this transaction were sent before. A part of them that is sent again gets a marker of another
 * id: if the whole was in all the same, what is out of the part must not take the marker of the whole along.
 */
export function shareMarker(units: readonly Unit[], markers: SharedMarkers, sends: number): readonly Unit[] {
  const own = units.flatMap((unit) => markerIn(unit) ?? []);
  const [first] = own;
  const entries = own.flatMap((marker) => marker.entries);
  const shared = first && { ...first, id: sends === 0 ? first.id : `${first.id}~${sends}`, entries };
  if (shared) for (const { commit } of entries) markers.set(commit, shared.id);
  if (markers.size <= 1 && shared?.id === first?.id) return units; // nobody to share with, in this transaction or one before it
  return units.map(({ id, writes }) => ({
    id,
    writes: writes.map((write) => {
      if (write.kind === 'outbox' && shared) return { ...write, put: shared };
      return write.kind === 'claim' ? { ...write, put: withMarkers(write.put, markers) } : write;
    }),
  }));
}
