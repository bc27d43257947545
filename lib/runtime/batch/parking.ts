import { isChoreographyError } from '../../contract/errors.ts';
import { backoff, jitter, type RuntimeContext } from '../context.ts';
import { hashOf } from '../journal/hash.ts';
import type { FailureRecord, ParkedMessage, SagaMarker } from '../journal/parked.ts';
import { payloadHash } from '../journal/payload-hash.ts';
import type { Unit, Write } from '../journal/unit.ts';
import type { WorkItem } from './work-item.ts';

/** What a place in the line is held for: one that cannot be read holds none for a copy that can. */
function payloadOf({ original: { data }, problem }: WorkItem): string {
  return payloadHash(problem ? [problem.code, data] : data);
}

/** Whether a redelivered message is in the line already. */
export function isMember(marker: SagaMarker, item: WorkItem): boolean {
  const { source, id } = item.original;
  return marker.members.some((member) => member.id === id && member.source === source && member.payloadHash === payloadOf(item));
}

/** Whether a parked message still holds its place: the line may have emptied and begun again at 1 with other messages. */
export function holdsPlace(marker: SagaMarker, { original, order }: WorkItem): boolean {
  return marker.members.some((member) => member.order === order && member.id === original.id && member.source === original.source);
}

/** Spacing between tries of a parked saga, in seconds: 1, 2, 4 … with full jitter; a reaction's own wait may be longer than the setting. */
export function wakeSeconds(context: RuntimeContext, tries: number, item: WorkItem | undefined): number {
  const base = Math.max(0, ...(item?.tasks ?? []).map(({ reaction }) => reaction.retry.backoffSeconds)) || 1;
  const ceiling = backoff(base * 1000, tries + 1, Math.max(base, context.settings.wakeSecondsMax) * 1000);
  return Math.max(1, Math.ceil(jitter(context, ceiling) / 1000));
}

function failuresOf(item: WorkItem): Readonly<Record<string, FailureRecord>> {
  return Object.fromEntries(item.tasks.flatMap(({ reaction, failure }) => (failure ? [[reaction.name, failure]] : [])));
}

function parkedMessage(item: WorkItem, order: number): ParkedMessage {
  const { saga, original: message, source, reactions } = item;
  return { saga, order, message, source, failures: failuresOf(item), ...(reactions ? { reactions } : {}) };
}

/** Puts a message at the end of its saga's line, raising the saga's marker if it is the first. The condition is the marker as it was read. */
export function joinUnit(context: RuntimeContext, item: WorkItem, marker: SagaMarker | undefined): Unit {
  const commit = context.ports.entropy.uniqueId();
  const now = context.ports.clock.now();
  const order = marker?.nextOrder ?? 1;
  const { source, id } = item.original;
  const member = { order, source, id, payloadHash: payloadOf(item) };
  const next: SagaMarker = marker
    ? { ...marker, version: commit, members: [...marker.members, member], nextOrder: order + 1 }
    : {
        saga: item.saga,
        version: commit,
        members: [member],
        nextOrder: order + 1,
        wakeAt: now + wakeSeconds(context, 0, item) * 1000,
        tries: 0,
        parkedAt: now,
      };
  return {
    id: commit,
    writes: [
      { kind: 'saga', saga: item.saga, expect: marker?.version ?? null, put: next },
      { kind: 'parked', saga: item.saga, order, put: parkedMessage(item, order) },
    ],
  };
}

/** Whether the line, or the number of parked sagas, is full: then the stream waits. */
export async function isFull(context: RuntimeContext, marker: SagaMarker | undefined): Promise<boolean> {
  const { parkedMessagesMax, parkedSagasMax } = context.settings;
  if (marker) return marker.members.length >= parkedMessagesMax;
  const parked = await context.ports.store.listParkedSagas({ wakeBefore: Number.MAX_SAFE_INTEGER, limit: parkedSagasMax });
  return parked.length >= parkedSagasMax;
}

/** Takes a message out of the line; the last one out removes the marker. Commits together with what became of the message. */
export function leaveWrites(item: WorkItem, marker: SagaMarker, commit: string): readonly Write[] {
  if (!holdsPlace(marker, item)) return [];
  const members = marker.members.filter(({ order }) => order !== item.order);
  const next: SagaMarker | null = members.length === 0 ? null : { ...marker, version: commit, members, tries: 0 };
  return [
    { kind: 'saga', saga: item.saga, expect: marker.version, put: next },
    { kind: 'parked', saga: item.saga, order: item.order ?? 0, put: null },
  ];
}

/** Notes that the head failed again: attempts so far, and when to try next. */
export function againUnit(context: RuntimeContext, items: readonly WorkItem[], marker: SagaMarker, afterSeconds: number): Unit {
  const commit = context.ports.entropy.uniqueId();
  const next: SagaMarker = { ...marker, version: commit, tries: marker.tries + 1, wakeAt: context.ports.clock.now() + afterSeconds * 1000 };
  return {
    id: commit,
    writes: [
      { kind: 'saga', saga: marker.saga, expect: marker.version, put: next },
      ...items.map(
        (item): Write => ({ kind: 'parked', saga: item.saga, order: item.order ?? 0, put: parkedMessage(item, item.order ?? 0) }),
      ),
    ],
  };
}

/** Asks for a wake-up; one that gets lost is asked for again by the sweep. */
export async function askForWake(context: RuntimeContext, marker: SagaMarker): Promise<void> {
  const { replayQueue } = context.ports;
  try {
    await replayQueue.send([
      {
        task: { kind: 'wake', saga: marker.saga },
        group: hashOf('saga', marker.saga),
        deduplicationId: hashOf('wake', marker.saga, marker.version),
      },
    ]);
  } catch (error) {
    if (!isChoreographyError(error) || !error.retryable) throw error;
  }
}
