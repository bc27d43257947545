import { isChoreographyError } from '../../contract/errors.ts';
import type { RuntimeContext } from '../context.ts';
import type { OutboxMarker } from '../journal/outbox.ts';

/** Markers of what is being published, by id, and the commits that are out. */
export interface Published {
  readonly markers: Map<string, OutboxMarker>;
  readonly commits: Set<string>;
}

/** A part that a later sweep makes up for: what is not said of the outbox is published again, with the same ids. */
export async function bestEffort(part: () => Promise<unknown>): Promise<void> {
  try {
    await part();
  } catch (error) {
    if (!isChoreographyError(error) || !error.retryable) throw error;
  }
}

const isOut =
  ({ commits }: Published) =>
  ({ entries }: OutboxMarker) =>
    entries.every(({ commit }) => commits.has(commit));

/** Removes the markers that have nothing left to publish. */
export async function removeMarkers(context: RuntimeContext, published: Published): Promise<void> {
  const ids = [...published.markers.values()].filter(isOut(published)).map(({ id }) => id);
  if (ids.length === 0) return;
  for (const id of ids) published.markers.delete(id);
  await bestEffort(() => context.ports.store.clearOutbox(ids));
}

/**
 * Takes off the markers that stay what is out: one event that the channel does not take must not send all that was committed
 * with it again, each minute. Two processes may do it at once, and even bring back a marker that the other one has removed:
 * each takes off only what it has published, so nothing is lost, and the sweep publishes some of it once more.
 */
export async function shrinkMarkers(context: RuntimeContext, { markers, commits }: Published): Promise<void> {
  for (const marker of markers.values()) {
    const entries = marker.entries.filter(({ commit }) => !commits.has(commit));
    if (entries.length === marker.entries.length) continue;
    const id = context.ports.entropy.uniqueId();
    await bestEffort(() => context.ports.store.commit([{ id, writes: [{ kind: 'outbox', put: { ...marker, entries } }] }]));
  }
}
