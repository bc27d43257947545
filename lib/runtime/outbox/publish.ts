import type { Envelope } from '../../contract/envelope.ts';
import { backoff, jitter, type RuntimeContext } from '../context.ts';
import type { OutboxMarker } from '../journal/outbox.ts';
import type { Unit } from '../journal/unit.ts';
import type { PublishOutcome } from '../ports/publisher.ts';
import { type Published, removeMarkers, shrinkMarkers } from './markers.ts';
import { writeUnpublished } from './unpublished.ts';

/** The events of one commit, on their way out. */
export interface Outgoing {
  /** Absent for what has no marker, e.g. a due event. */
  readonly marker?: OutboxMarker;
  readonly commit: string;
  readonly events: readonly Envelope[];
}

/** How publishing ended for one commit. `left`: the marker stays, the sweep goes on. */
export type OutgoingResult = 'published' | 'left';

/** Milliseconds before the first repeat of a publish call; doubles. */
const REPEAT_MILLISECONDS = 100;
const REPEAT_MILLISECONDS_MAX = 2_000;
/** Events in one publish call: Kinesis PutRecords takes 500. */
const PUBLISH_EVENTS_MAX = 500;
/** Events after which the markers of what is out are removed: a process that is cut off has got that far. */
const SLICE_EVENTS = 200;

/** What a committed unit has to publish. */
export function outgoingOf(unit: Unit): Outgoing | undefined {
  const marker = unit.writes.find((write) => write.kind === 'outbox')?.put;
  const claim = unit.writes.find((write) => write.kind === 'claim')?.put;
  if (!marker || !claim) return undefined;
  return { marker, commit: unit.id, events: claim.emissions.find(({ commit }) => commit === unit.id)?.events ?? [] };
}

interface Sending {
  readonly event: Envelope;
  readonly commit: string;
  outcome?: PublishOutcome;
  tries: number;
}

/**
 * At most one event of a partition key in one call: within a call the channel keeps no order. An event that has used up
 * its tries holds back the later ones of its key, and nobody else.
 */
function nextWave(sendings: readonly Sending[], triesMax: number): readonly Sending[] {
  const wave: Sending[] = [];
  const keys = new Set<string>();
  for (const sending of sendings) {
    if (wave.length >= PUBLISH_EVENTS_MAX) break;
    if (sending.outcome !== undefined && sending.outcome.status !== 'retry') continue;
    const { partitionkey } = sending.event;
    if (keys.has(partitionkey)) continue;
    keys.add(partitionkey);
    if (sending.tries < triesMax) wave.push(sending);
  }
  return wave;
}

/** One call; whatever it throws, nothing is known about any of its events. Returns how many did not get through. */
async function sendWave(context: RuntimeContext, wave: readonly Sending[]): Promise<number> {
  const { publisher, telemetry, clock } = context.ports;
  for (const sending of wave) sending.tries += 1;
  try {
    const startedAt = clock.now();
    const outcomes = await publisher.publish(wave.map(({ event }) => event));
    telemetry.time('publish', { service: context.service }, clock.now() - startedAt);
    wave.forEach((sending, index) => {
      sending.outcome = outcomes[index] ?? { status: 'retry', reason: 'no outcome' };
    });
  } catch (error) {
    for (const sending of wave) sending.outcome = { status: 'retry', reason: error instanceof Error ? error.message : String(error) };
  }
  const failed = wave.filter(({ outcome }) => outcome?.status === 'retry').length;
  if (failed > 0) telemetry.count('publish-retries', { service: context.service }, failed);
  telemetry.count('events-published', { service: context.service }, wave.filter(({ outcome }) => outcome?.status === 'published').length);
  return failed;
}

/** Sends until all are out or refused, or the tries are used up; a channel that takes nothing at all is down, and left alone. */
async function sendAll(context: RuntimeContext, sendings: readonly Sending[], deadline: number): Promise<void> {
  const triesMax = context.settings.publishTriesMax;
  let failures = 0;
  for (let wave = nextWave(sendings, triesMax); wave.length > 0; wave = nextWave(sendings, triesMax)) {
    if (context.ports.clock.now() >= deadline) return;
    const failed = await sendWave(context, wave);
    failures = failed < wave.length ? 0 : failures + 1;
    if (failures >= triesMax) return;
    if (failed === 0 || nextWave(sendings, triesMax).length === 0) continue;
    await context.ports.clock.sleep(jitter(context, backoff(REPEAT_MILLISECONDS, Math.max(1, failures), REPEAT_MILLISECONDS_MAX)));
  }
}

/** The dead letter of an event that the channel will never take, written before its marker goes. */
async function parkRefused(
  context: RuntimeContext,
  { event, commit }: Sending,
  refusal: PublishOutcome & { status: 'refused' },
): Promise<boolean> {
  const { telemetry } = context.ports;
  telemetry.count('events-refused', { service: context.service, type: event.type });
  telemetry.log({
    level: 'error',
    message: 'an event was refused for good and is a dead letter',
    fields: { type: event.type, id: event.id, code: refusal.code },
  });
  const error = { code: refusal.code, message: refusal.message };
  return writeUnpublished(context, { commit, message: event, error, firstAt: Date.parse(event.time) });
}

/** Commits whose events fit into one slice, in order. */
function slicesOf(outgoing: readonly Outgoing[]): readonly (readonly Outgoing[])[] {
  const slices: Outgoing[][] = [];
  let events = SLICE_EVENTS;
  for (const one of outgoing) {
    if (events >= SLICE_EVENTS) {
      slices.push([]);
      events = 0;
    }
    slices.at(-1)?.push(one);
    events += one.events.length;
  }
  return slices;
}

/**
 * Publishes what is committed, then takes it off its markers, slice by slice, until the deadline (milliseconds since 1970).
 * It never fails a record: what stays behind is found by its marker, by the next delivery of the message or by the sweep.
 */
export async function publishAll(
  context: RuntimeContext,
  outgoing: readonly Outgoing[],
  deadline: number,
): Promise<readonly OutgoingResult[]> {
  const results: OutgoingResult[] = [];
  const published: Published = { markers: new Map(), commits: new Set() };
  for (const slice of slicesOf(outgoing)) {
    const kept = await publishSlice(context, slice, deadline);
    for (const { marker, commit } of slice) {
      if (marker) published.markers.set(marker.id, marker);
      if (!kept.has(commit)) published.commits.add(commit);
      results.push(kept.has(commit) ? 'left' : 'published');
    }
    await removeMarkers(context, published);
  }
  await shrinkMarkers(context, published);
  return results;
}

/** Returns the commits that have something left to publish. */
async function publishSlice(context: RuntimeContext, outgoing: readonly Outgoing[], deadline: number): Promise<ReadonlySet<string>> {
  const sendings = outgoing.flatMap(({ events, commit }) => events.map((event): Sending => ({ event, commit, tries: 0 })));
  await sendAll(context, sendings, deadline);
  const refused = sendings.filter((sending) => sending.outcome?.status === 'refused');
  const kept = new Set<string>();
  for (const sending of refused) {
    if (!(await parkRefused(context, sending, sending.outcome as PublishOutcome & { status: 'refused' }))) kept.add(sending.commit);
  }
  for (const { commit, outcome } of sendings) if (outcome === undefined || outcome.status === 'retry') kept.add(commit);
  return kept;
}
