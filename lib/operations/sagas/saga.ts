import { compareTexts } from '../../contract/compare-texts.ts';
import type { ErrorRecord } from '../../runtime/journal/dead-letter.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { isoOf, type OperatorAccess } from '../access.ts';
import { withPatience } from '../patience.ts';
import { messageKey } from '../stream-message.ts';
import { waitsForDeadline } from './ahead.ts';
import { type AwaitedAnswer, awaitedAnswers } from './awaited.ts';
import { type ExpectedStep, expectedSteps } from './expected.ts';
import { readJournal, type SagaJournal } from './journals.ts';
import { type EnvelopeHead, type OpenLetter, type OpenLetters, openLetters, type SagaLetter, sagaLettersOf } from './open-letters.ts';
import { openSince } from './open-step.ts';
import { isOverdue } from './overdue.ts';
import { type SagaStep, stepOf } from './step.ts';

/** One message of a saga, with what came of it. */
export interface SagaMessage {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly causationId: string;
  readonly hops: number;
  /** Who sent it. Absent: it came from outside, or its claim has expired. */
  readonly sentBy?: { readonly service: string; readonly reaction: string; readonly phase: 'react' | 'undo' | 'give-up' };
  /** It is to go out later. */
  readonly scheduled: boolean;
  /** Messages that reactions to this one sent. */
  readonly children: readonly string[];
}

/** A message that waits in a service, with the last failure. */
export interface SagaParked {
  readonly service: string;
  readonly messageId: string;
  readonly messageSource: string;
  readonly type: string;
  readonly parkedAt: string;
  readonly nextTryAt: string;
  readonly failures: Readonly<Record<string, { readonly attempts: number; readonly error: ErrorRecord }>>;
}

/**
 * How a saga stands. `running`: something is still expected of a service, or an answer of another system. `parked`: a message
 * waits for its next try. `stuck`: somebody has to look: a step, or what is expected, has a dead letter that is not closed, a
 * step's outcome is not known, or what is expected has not come for 15 minutes. `compensated`: at rest, and some step was
 * undone or cancelled. A dead letter that keeps nothing from happening, as that of a second message for a step, leaves the
 * status as it is: see `deadLetters`.
 */
export type SagaStatus = 'unknown' | 'running' | 'parked' | 'stuck' | 'completed' | 'compensated';

/** Everything that the journals know of one saga. */
export interface Saga {
  readonly correlationId: string;
  readonly status: SagaStatus;
  /** By time; the tree is in `children`. */
  readonly messages: readonly SagaMessage[];
  /** By time. */
  readonly steps: readonly SagaStep[];
  readonly parked: readonly SagaParked[];
  /** What the declared graph says is still to come. */
  readonly expected: readonly ExpectedStep[];
  /** Services that something is expected of and that do not take messages now, by name. */
  readonly paused: readonly string[];
  /** Answers of other systems that are still to come. */
  readonly awaited: readonly AwaitedAnswer[];
  /** Those that are not closed, and that no step names. */
  readonly deadLetters: readonly SagaLetter[];
  /** Some service has more about it than is read. */
  readonly more: boolean;
}

type Found = Omit<SagaMessage, 'children'>;
type Noted = { readonly envelope: EnvelopeHead; readonly found: Found };

function foundOf(
  { id, source, type, subject, time, causationid, hops }: EnvelopeHead,
  scheduled: boolean,
  sentBy?: SagaMessage['sentBy'],
): Found {
  return { id, source, type, subject, time, causationId: causationid, hops, scheduled, ...(sentBy ? { sentBy } : {}) };
}

/** All messages that the journals hold, once each; who sent one is known where its claim still is. */
function messagesOf(journals: readonly SagaJournal[], letters: readonly OpenLetter[], nowMs: number): readonly Noted[] {
  const messages = new Map<string, Noted>();
  const note = (envelope: EnvelopeHead, scheduled: boolean, sentBy?: SagaMessage['sentBy']) => {
    const name = messageKey(envelope);
    const before = messages.get(name);
    if (!before || (sentBy && !before.found.sentBy)) messages.set(name, { envelope, found: foundOf(envelope, scheduled, sentBy) });
  };
  for (const { service, claims, parked, deadLetters } of journals) {
    for (const { reaction, message, undoRequested, undoBegun, emissions } of claims) {
      for (const { phase, events, scheduled } of emissions) {
        for (const event of events) note(event, false, { service, reaction, phase });
        for (const event of scheduled) note(event, Date.parse(event.time) > nowMs, { service, reaction, phase });
      }
      for (const envelope of [message, undoRequested, undoBegun]) if (envelope) note(envelope, false);
    }
    for (const { message } of parked) note(message, false);
    for (const { message } of deadLetters.values()) if (message) note(message, false);
  }
  for (const { message } of letters) if (message) note(message, false);
  return [...messages.values()];
}

function parkedOf({ service, marker, parked }: SagaJournal): readonly SagaParked[] {
  if (!marker) return [];
  return parked.map(({ message, failures }) => ({
    service,
    messageId: message.id,
    messageSource: message.source,
    type: message.type,
    parkedAt: isoOf(marker.parkedAt),
    nextTryAt: isoOf(marker.wakeAt),
    failures: Object.fromEntries(Object.entries(failures).map(([reaction, { attempts, error }]) => [reaction, { attempts, error }])),
  }));
}

/** What keeps a saga from being at rest. */
interface Standing extends Pick<Saga, 'messages' | 'steps' | 'parked' | 'expected' | 'awaited'> {
  /** Of each step that is started and has not ended, since when: milliseconds since 1970. */
  readonly startedSince: readonly number[];
}

function statusOf({ messages, steps, parked, expected, awaited, startedSince }: Standing, nowMs: number): SagaStatus {
  if (messages.length === 0 && steps.length === 0) return 'unknown';
  const isOpen = ({ state, undoRequestedBy, deadLetters }: SagaStep) =>
    state === 'gave-up' || undoRequestedBy !== undefined || deadLetters.some((letter) => letter.state !== 'closed');
  if (steps.some(isOpen) || expected.some(({ deadLetter }) => deadLetter !== undefined)) return 'stuck';
  const isAhead = waitsForDeadline(messages);
  const waiting = expected.filter((step) => !step.parked && !isAhead(step)).map(({ since }) => Date.parse(since));
  if ([...waiting, ...startedSince].some((since) => isOverdue(since, nowMs))) return 'stuck';
  if (parked.length > 0) return 'parked';
  // A deadline that lies ahead keeps nothing from being at rest.
  if (startedSince.length > 0 || awaited.length > 0 || waiting.length > 0) return 'running';
  return steps.some(({ state }) => state === 'undone' || state === 'cancelled') ? 'compensated' : 'completed';
}

const byTime = (left: { readonly at?: string; readonly time?: string }, right: { readonly at?: string; readonly time?: string }) =>
  compareTexts(left.at ?? left.time ?? '', right.at ?? right.time ?? '');

/** Which services of those that something is expected of are paused. */
async function pausedOf({ clock, control }: OperatorAccess, expected: readonly ExpectedStep[]): Promise<readonly string[]> {
  const services = [...new Set(expected.map(({ service }) => service))];
  const known = await Promise.all(services.map(async (name) => ({ name, ...(await withPatience(clock, () => control.consumer(name))) })));
  return known.filter(({ paused }) => paused).map(({ name }) => name);
}

/** Dead letters of one saga that are looked for, where nobody has read them before. */
const LETTERS_MAX = 50;

/** Those that no claim names. */
function unclaimed(letters: readonly OpenLetter[], journals: readonly SagaJournal[]): readonly OpenLetter[] {
  const claimed = new Set(journals.flatMap(({ service, deadLetters }) => [...deadLetters.keys()].map((id) => `${service} ${id}`)));
  return letters.filter(({ consumer, id }) => !claimed.has(`${consumer} ${id}`));
}

/**
 * One saga over all services, from their journals: what happened, what waits and why, and what the declared graph says is
 * still to come. `known`: the open dead letters of a world, where many sagas are read; without it they are searched for
 * those of this one, as no journal has them by saga. Copies that were recognised leave no trace in a journal, so they are
 * not in it; nor is what has expired.
 */
export async function sagaOf(
  access: OperatorAccess,
  correlationId: string,
  manifests: readonly ServiceManifest[],
  known?: OpenLetters,
): Promise<Saga> {
  const now = access.clock.now();
  const journals = await Promise.all(manifests.map(({ service }) => readJournal(access, service, correlationId)));
  const open = known ?? (await openLetters(access, { filter: { correlationId }, limit: LETTERS_MAX }));
  const letters = unclaimed(open.letters, journals).filter(({ message }) => message?.correlationid === correlationId);
  const all = messagesOf(journals, letters, now);
  const envelopes = all.map(({ envelope }) => envelope);
  const out = all.filter(({ found }) => !found.scheduled).map(({ envelope }) => envelope);
  const messages = all.map(({ found }) => found).sort((left, right) => byTime(left, right) || left.hops - right.hops);
  const steps = journals.flatMap((journal) => journal.claims.map((claim) => stepOf(journal, claim))).sort(byTime);
  const parts = {
    messages: messages.map((found) => ({
      ...found,
      children: messages.filter(({ causationId, id }) => causationId === found.id && id !== found.id).map(({ id }) => id),
    })),
    steps,
    parked: journals.flatMap(parkedOf),
    expected: expectedSteps(manifests, journals, envelopes, letters),
    awaited: awaitedAnswers(manifests, journals, out, now),
  };
  const started = journals.flatMap(({ claims }) => claims.filter(({ state }) => state === 'started'));
  const paused = await pausedOf(access, parts.expected);
  const more = open.more || journals.some((journal) => journal.more);
  return {
    correlationId,
    status: statusOf({ ...parts, startedSince: started.map(openSince) }, now),
    ...parts,
    paused,
    deadLetters: letters.flatMap(sagaLettersOf),
    more,
  };
}
