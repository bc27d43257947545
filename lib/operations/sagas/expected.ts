import type { Claim } from '../../runtime/journal/claim.ts';
import { keyText } from '../../runtime/journal/item-key.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { type Concern, claimKeyOf, concernedBy } from '../claim-key.ts';
import { messageKey } from '../stream-message.ts';
import type { SagaJournal } from './journals.ts';
import { type EnvelopeHead, type OpenLetter, stops, type ToCome } from './open-letters.ts';

/** Something that the declared graph says will happen, and that no journal says has happened. */
export interface ExpectedStep extends ToCome {
  /** `action`: the reaction is to run. `trigger`: what it did is to be undone. */
  readonly role: Concern['role'];
  /** Of the message that it is to happen on. */
  readonly type: string;
  /** ISO time at which that one went out, or will. */
  readonly since: string;
  /** That one is to go out later: a deadline that lies ahead. */
  readonly scheduled: boolean;
  /** Types that it may send, so the rest of the way. */
  readonly leadsTo: readonly string[];
  /** The message waits in that service for another try. */
  readonly parked: boolean;
  /** The dead letter without which it would happen. Absent: none is known that no claim names. */
  readonly deadLetter?: string;
}

/**
 * Whether a claim says that nothing is to happen any more. What is started, given up, or held by another message is not
 * expected any more: it is open, or a dead letter, and seen there.
 */
export function isSettled(claim: Claim | undefined, { role }: Concern): boolean {
  if (!claim) return false;
  if (role === 'action') return claim.message !== undefined || claim.state === 'cancelled';
  return claim.state === 'undone' || claim.state === 'cancelled' || claim.undoRequested !== undefined;
}

/** What a reaction may send next. */
export function leadsTo({ reaction, role }: Concern): readonly string[] {
  const { emits, fails, schedules, compensation } = reaction;
  const messages = role === 'action' ? [...emits, ...fails, ...schedules] : (compensation?.emits ?? []);
  return [...new Set(messages.map(({ type }) => type))];
}

/**
 * What is still to happen on the messages of one saga. `scheduled`: keys of those that are to go out later. `letters`: those
 * that no claim names. A trigger on a step that never began only leaves a tombstone, and counts all the same.
 */
export function expectedSteps(
  manifests: readonly ServiceManifest[],
  journals: readonly SagaJournal[],
  messages: readonly EnvelopeHead[],
  scheduled: ReadonlySet<string>,
  letters: readonly OpenLetter[],
): readonly ExpectedStep[] {
  const expected: ExpectedStep[] = [];
  for (const manifest of manifests) {
    const journal = journals.find(({ service }) => service === manifest.service);
    const claims = new Map((journal?.claims ?? []).map((claim) => [keyText(claim.key), claim]));
    const waiting = new Set((journal?.parked ?? []).map(({ message }) => messageKey(message)));
    for (const message of messages) {
      for (const concern of concernedBy(manifest, message.type)) {
        const claim = claims.get(keyText(claimKeyOf(concern.reaction, message)));
        const name = { service: manifest.service, reaction: concern.reaction.name, messageId: message.id, messageSource: message.source };
        const letter = letters.find((one) => stops(one, name));
        const isBefore = claim === undefined && !letter && Date.parse(message.time) < (journal?.since ?? 0);
        if (isBefore || isSettled(claim, concern)) continue;
        expected.push({
          ...name,
          role: concern.role,
          type: message.type,
          since: message.time,
          scheduled: scheduled.has(messageKey(message)),
          leadsTo: leadsTo(concern),
          parked: waiting.has(messageKey(message)),
          ...(letter ? { deadLetter: letter.id } : {}),
        });
      }
    }
  }
  return expected.sort((left, right) => (left.since < right.since ? -1 : left.since > right.since ? 1 : 0));
}
