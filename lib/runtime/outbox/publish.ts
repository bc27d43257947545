import type { Envelope } from '../../contract/envelope.ts';
import { isChoreographyError } from '../../contract/errors.ts';
import { backoff, jitter, type RuntimeContext } from '../context.ts';
import type { Claim } from '../journal/claim.ts';
import type { OutboxMarker } from '../journal/outbox.ts';
import type { Unit } from '../journal/unit.ts';
import type { PublishOutcome } from '../ports/publisher.ts';
import { writeUnpublished } from './unpublished.ts';

/** The events of one commit, on their way out. */
export interface Outgoing {
  /** Absent for what has no marker, e.g. a due event. */
  readonly marker?: string;
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
  const marker = unit.writes.find((write) => write.kind === 'outbox');
  const claim = unit.writes.find((write) => write.kind === 'claim');
  if (marker?.kind !== 'outbox' || claim?.kind !== 'claim') return undefined;
  return outgoingOfMarker(marker.put, claim.put);
}

/** What a marker still has to publish: the events of its commit, not of a later one. */
export function outgoingOfMarker(marker: OutboxMarker, claim: Claim): Outgoing {
  const emission = claim.emissions.find(({ commit }) => commit === marker.commit);
  return { marker: marker.id, commit: marker.commit, events: emission?.events ?? [] };
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
  try {
    const error = { code: refusal.code, message: refusal.message };
    return await writeUnpublished(context, { commit, message: event, error, firstAt: Date.parse(event.time) });
  } catch (failure) {
    if (!isChoreographyError(failure) || !failure.retryable) throw failure;
    return false;
  }
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
 * Publishes what is committed, then removes the markers of what is out, slice by slice, until the deadline (milliseconds
 * since 1970). It never fails a record: what stays behind is found by its marker, by the next delivery of the message or
 * by the sweep.
 */
export async function publishAll(
  context: RuntimeContext,
  outgoing: readonly Outgoing[],
  deadline: number,
): Promise<readonly OutgoingResult[]> {
  const results: OutgoingResult[] = [];
  for (const slice of slicesOf(outgoing)) {
    const late = context.ports.clock.now() >= deadline;
    results.push(...(late ? slice.map((): OutgoingResult => 'left') : await publishSlice(context, slice, deadline)));
  }
  return results;
}

async function publishSlice(context: RuntimeContext, outgoing: readonly Outgoing[], deadline: number): Promise<readonly OutgoingResult[]> {
  const sendings = outgoing.flatMap(({ events, commit }) => events.map((event): Sending => ({ event, commit, tries: 0 })));
  await sendAll(context, sendings, deadline);
  const refused = sendings.filter((sending) => sending.outcome?.status === 'refused');
  const kept = new Set<string>();
  for (const sending of refused) {
    if (!(await parkRefused(context, sending, sending.outcome as PublishOutcome & { status: 'refused' }))) kept.add(sending.commit);
  }
  for (const { commit, outcome } of sendings) if (outcome === undefined || outcome.status === 'retry') kept.add(commit);
  const done = outgoing.filter(({ commit, marker }) => marker !== undefined && !kept.has(commit)).map(({ marker }) => marker as string);
  await clear(context, done);
  return outgoing.map(({ commit }) => (kept.has(commit) ? 'left' : 'published'));
}

async function clear(context: RuntimeContext, markers: readonly string[]): Promise<void> {
  if (markers.length === 0) return;
  try {
    await context.ports.store.clearOutbox(markers);
  } catch (error) {
    if (!isChoreographyError(error) || !error.retryable) throw error; // the sweep publishes again, with the same ids
  }
}
