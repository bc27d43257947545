import type { Envelope } from '../../contract/envelope.ts';
import type { DeadLetter, DeadLetterPhase, ErrorRecord, SourcePosition } from '../journal/dead-letter.ts';
import { isCorrectedSince, keptOf, RAW_CHARACTERS_MAX } from '../journal/dead-letter.ts';
import { hashOf } from '../journal/hash.ts';
import type { FailureRecord } from '../journal/parked.ts';
import { payloadHash } from '../journal/payload-hash.ts';
import type { Unit, Write } from '../journal/unit.ts';
import { isoTime } from '../message/envelopes.ts';

/** What a dead letter says. */
export interface DeadLetterParts {
  readonly consumer: string;
  readonly reactions: readonly string[];
  readonly phase: DeadLetterPhase;
  readonly message?: Envelope;
  readonly raw?: string;
  readonly error: ErrorRecord;
  readonly failure?: FailureRecord;
  readonly source: SourcePosition;
}

/** One document per consumer, message, reaction, phase and error: the same failure again is the same document. */
function identityOf({ consumer, reactions, phase, message, error, source }: DeadLetterParts): string {
  // With the payload: a message that took the id of another one is not that one.
  if (message)
    return hashOf('dead-letter', consumer, phase, error.code, message.source, message.id, payloadHash(message.data), ...reactions);
  return hashOf('dead-letter', consumer, phase, JSON.stringify(source));
}

/** The id of a document that is new. */
export function deadLetterId(parts: DeadLetterParts, firstAt: number): string {
  return `${isoTime(firstAt)}~${identityOf(parts)}`;
}

/**
 * Whether a document stays as it is although its failure comes again: the message came before, and was not redriven; or
 * what an operator made of the document while the redrive was on its way counts.
 */
export function saysAll(
  document: DeadLetter,
  { redriven, original }: { readonly redriven: boolean; readonly original: Envelope },
): boolean {
  return !redriven || document.state === 'closed' || isCorrectedSince(document, original);
}

/** Where and when a document is written. */
interface Writing {
  readonly commit: string;
  readonly nowMs: number;
  readonly redrivesMax: number;
}

/**
 * Opens a document again that takes nothing more, as it is: it is known to fit. The error takes the room of the one before,
 * so that of a long one only the beginning is kept.
 */
export function reopenWrite(before: DeadLetter, error: ErrorRecord, at: Writing): Write & { kind: 'dead-letter' } {
  const { redrivenAt: _, ...kept } = before;
  const room = before.error.message.length + (before.error.stack?.length ?? 0);
  const put: DeadLetter = {
    ...kept,
    version: at.commit,
    error: { code: error.code, message: error.message.slice(0, room) },
    attempts: before.attempts + 1,
    lastFailedAt: isoTime(at.nowMs),
    state: openState(before.redrives, at),
  };
  return { kind: 'dead-letter', id: before.id, expect: before.version, put };
}

function openState(redrives: number, { redrivesMax }: Writing): 'open' | 'quarantined' {
  return redrives >= redrivesMax ? 'quarantined' : 'open';
}

/**
 * Opens a document, or opens it again after a redrive that failed. A new one is on condition that nobody has written it: a
 * process that everybody had given up on must not write over what became of it.
 */
export function deadLetterWrite(parts: DeadLetterParts, before: DeadLetter | undefined, at: Writing): Write & { kind: 'dead-letter' } {
  const { consumer, reactions, phase, message, raw, error, failure, source } = parts;
  const firstAt = failure?.firstAt ?? at.nowMs;
  const redrives = before?.redrives ?? 0;
  const document: DeadLetter = {
    id: before?.id ?? deadLetterId(parts, firstAt),
    version: at.commit,
    consumer,
    reactions,
    phase,
    ...(message ? { message } : {}),
    ...keptOf(before),
    ...(raw === undefined ? {} : { raw: raw.slice(0, RAW_CHARACTERS_MAX) }),
    error,
    attempts: (before?.attempts ?? 0) + (failure?.attempts ?? 1),
    firstFailedAt: before?.firstFailedAt ?? isoTime(firstAt),
    lastFailedAt: isoTime(at.nowMs),
    source: before?.source ?? source,
    state: openState(redrives, at),
    redrives,
  };
  return { kind: 'dead-letter', id: document.id, expect: before?.version ?? null, put: document };
}

/** A message that could not be read has no claim: its document alone is the unit. Its id comes from its place, so a redelivery writes the same. */
export function unreadableUnit(parts: DeadLetterParts, at: { commit: string; arrivedAt: number; nowMs: number }): Unit {
  const failure: FailureRecord = { attempts: 1, firstAt: at.arrivedAt, lastAt: at.nowMs, error: parts.error };
  return {
    id: at.commit,
    writes: [
      deadLetterWrite({ ...parts, failure }, undefined, { commit: at.commit, nowMs: at.nowMs, redrivesMax: Number.POSITIVE_INFINITY }),
    ],
  };
}
