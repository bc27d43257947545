import { compareTexts } from '../../contract/compare-texts.ts';
import type { Envelope } from '../../contract/envelope.ts';
import { awaitsUndo, type Claim, type ClaimState, headOf, type MessageHead } from '../../runtime/journal/claim.ts';
import type { DeadLetter, ErrorRecord } from '../../runtime/journal/dead-letter.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { isoOf, type OperatorAccess } from '../access.ts';
import { messageKey } from '../stream-message.ts';
import { type ExpectedStep, expectedSteps } from './expected.ts';
import { readJournal, type SagaJournal } from './journals.ts';

/** One reaction of one service in a saga: what it did, and what was done about it. */
export interface SagaStep {
  readonly service: string;
  readonly reaction: string;
  readonly kind: Claim['kind'];
  readonly state: ClaimState;
  /** The message that it ran on. Absent: only a trigger came, before the action. */
  readonly messageId?: string;
  /** Where that message came from: ids differ within one source only. */
  readonly messageSource?: string;
  /** ISO time of the last commit that is known. */
  readonly at?: string;
  /** ISO time of the commit in which the reaction ended. Absent: it has not, or what it did was dropped when it was undone. */
  readonly actedAt?: string;
  /** ISO time of the commit in which it was undone, or in which a trigger found nothing to undo. */
  readonly undoneAt?: string;
  /** Ids of the events that went out. */
  readonly emitted: readonly string[];
  /** Ids of the events that its undo sent. */
  readonly undoEmitted: readonly string[];
  readonly firstCall?: Claim['firstCall'];
  /** The trigger that has asked to undo it. @default - nobody has, or it is undone */
  readonly undoRequestedBy?: string;
  /**
   * What it was undone on, or is to be. Absent: nothing has asked for it, it was undone by hand, or by a version that did
   * not note it.
   */
  readonly trigger?: MessageHead;
  readonly refusal?: Claim['refusal'];
  readonly deadLetters: readonly StepLetter[];
}

/** What tells one message from all others. */
export interface MessageName {
  readonly source: string;
  readonly id: string;
}

/** A dead letter about a step. */
export interface StepLetter extends Pick<DeadLetter, 'id' | 'phase' | 'state' | 'error' | 'attempts' | 'redrives' | 'lastFailedAt'> {
  /** The message that was given up on: the trigger, if it was to be undone. */
  readonly message?: MessageName;
}

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
 * How a saga stands. `running`: something is still expected, and nothing stands in its way. `parked`: a message waits for
 * its next try. `stuck`: somebody has to look: a dead letter is open, or a step's outcome is not known. `compensated`: at
 * rest, and some step was undone or cancelled.
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
  /** Some service has more about it than is read. */
  readonly more: boolean;
}

const nameOf = ({ source, id }: Envelope): MessageName => ({ source, id });

function letterOf({ id, phase, state, error, attempts, redrives, lastFailedAt, message }: DeadLetter): StepLetter {
  return { id, phase, state, error, attempts, redrives, lastFailedAt, ...(message ? { message: nameOf(message) } : {}) };
}

/** What a give-up has told undoes its own step, too, once its outcome is known. */
function triggerIn({ state, emissions, undoRequested, undoBegun, told }: Claim): MessageHead | undefined {
  const asked = undoRequested ?? undoBegun ?? (state === 'undone' ? told : undefined);
  return emissions.findLast(({ phase }) => phase === 'undo')?.trigger ?? (asked && headOf(asked));
}

/** The commits of a claim: the last one, and the ones that ended the reaction and its undo. */
function timesOf({ emissions, firstCall }: Claim): Pick<SagaStep, 'at' | 'actedAt' | 'undoneAt'> {
  const at = emissions.at(-1)?.at ?? (firstCall ? isoOf(firstCall.at) : undefined);
  const actedAt = emissions.findLast(({ phase }) => phase !== 'undo')?.at;
  const undoneAt = emissions.findLast(({ phase }) => phase === 'undo')?.at;
  return { ...(at ? { at } : {}), ...(actedAt ? { actedAt } : {}), ...(undoneAt ? { undoneAt } : {}) };
}

function stepOf({ service, deadLetters }: SagaJournal, claim: Claim): SagaStep {
  const { reaction, kind, state, message, emissions, firstCall, undoRequested, refusal } = claim;
  const sent = (isUndo: boolean) =>
    emissions.filter(({ phase }) => (phase === 'undo') === isUndo).flatMap(({ events }) => events.map(({ id }) => id));
  const trigger = triggerIn(claim);
  return {
    service,
    reaction,
    kind,
    state,
    ...(message ? { messageId: message.id, messageSource: message.source } : {}),
    ...timesOf(claim),
    emitted: sent(false),
    undoEmitted: sent(true),
    ...(firstCall ? { firstCall } : {}),
    ...(undoRequested && awaitsUndo(claim) ? { undoRequestedBy: undoRequested.id } : {}),
    ...(trigger ? { trigger } : {}),
    ...(refusal ? { refusal } : {}),
    deadLetters: claim.deadLetters.flatMap((id) => deadLetters.get(id) ?? []).map(letterOf),
  };
}

type Found = Omit<SagaMessage, 'children'>;

function foundOf(
  { id, source, type, subject, time, causationid, hops }: Envelope,
  scheduled: boolean,
  sentBy?: SagaMessage['sentBy'],
): Found {
  return { id, source, type, subject, time, causationId: causationid, hops, scheduled, ...(sentBy ? { sentBy } : {}) };
}

/** All messages that the journals hold, once each; who sent one is known where its claim still is. */
function messagesOf(journals: readonly SagaJournal[], nowMs: number): readonly { readonly envelope: Envelope; readonly found: Found }[] {
  const messages = new Map<string, { readonly envelope: Envelope; readonly found: Found }>();
  const note = (envelope: Envelope, scheduled: boolean, sentBy?: SagaMessage['sentBy']) => {
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

function statusOf(
  { messages, steps, parked, expected }: Pick<Saga, 'messages' | 'steps' | 'parked' | 'expected'>,
  nowMs: number,
): SagaStatus {
  if (messages.length === 0 && steps.length === 0) return 'unknown';
  const isOpen = ({ state, undoRequestedBy, deadLetters }: SagaStep) =>
    state === 'gave-up' || undoRequestedBy !== undefined || deadLetters.some((letter) => letter.state !== 'closed');
  if (steps.some(isOpen)) return 'stuck';
  if (parked.length > 0) return 'parked';
  // A deadline that lies ahead keeps nothing from being at rest.
  const isDue = ({ since }: ExpectedStep) => Date.parse(since) <= nowMs;
  if (steps.some(({ state }) => state === 'started') || expected.some(isDue)) return 'running';
  return steps.some(({ state }) => state === 'undone' || state === 'cancelled') ? 'compensated' : 'completed';
}

const byTime = (left: { readonly at?: string; readonly time?: string }, right: { readonly at?: string; readonly time?: string }) =>
  compareTexts(left.at ?? left.time ?? '', right.at ?? right.time ?? '');

/**
 * One saga over all services, from their journals: what happened, what waits and why, and what the declared graph says is
 * still to come. Copies that were recognised leave no trace in a journal, so they are not in it; nor is what has expired.
 */
export async function sagaOf(access: OperatorAccess, correlationId: string, manifests: readonly ServiceManifest[]): Promise<Saga> {
  const now = access.clock.now();
  const journals = await Promise.all(manifests.map(({ service }) => readJournal(access, service, correlationId)));
  const all = messagesOf(journals, now);
  const messages = all.map(({ found }) => found).sort((left, right) => byTime(left, right) || left.hops - right.hops);
  const steps = journals.flatMap((journal) => journal.claims.map((claim) => stepOf(journal, claim))).sort(byTime);
  const parts = {
    messages: messages.map((found) => ({
      ...found,
      children: messages.filter(({ causationId, id }) => causationId === found.id && id !== found.id).map(({ id }) => id),
    })),
    steps,
    parked: journals.flatMap(parkedOf),
    expected: expectedSteps(
      manifests,
      journals,
      all.map(({ envelope }) => envelope),
    ),
  };
  return { correlationId, status: statusOf(parts, now), ...parts, more: journals.some(({ more }) => more) };
}
