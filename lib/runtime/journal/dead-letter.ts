import type { Envelope } from '../../contract/envelope.ts';
import { payloadHash } from './payload-hash.ts';

/** Where a message came from. */
export type SourcePosition =
  | { readonly kind: 'stream'; readonly stream: string; readonly shard: string; readonly sequenceNumber: string }
  | { readonly kind: 'queue'; readonly queue: string; readonly messageId: string }
  | { readonly kind: 'command'; readonly caller: string }
  | { readonly kind: 'outbox'; readonly commit: string };

/** An error as plain data. */
export interface ErrorRecord {
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
}

/** What a dead letter is about: reading the message, the action, the undo, or the outgoing event. */
export type DeadLetterPhase = 'decode' | 'react' | 'undo' | 'publish' | 'transport';

/** What an operator did about a dead letter: it stays in the document, whatever becomes of the audit entry. */
export interface DeadLetterNote {
  /** ISO time. */
  readonly at: string;
  /** The operator's name. */
  readonly by: string;
  readonly action: 'redriven' | 'edited' | 'discarded' | 'resolved' | 'published' | 'quarantined';
  readonly reason?: string;
  /** The id of the entry in the audit. */
  readonly audit?: string;
}

/**
 * A message that a consumer gave up on. It is written in the same commit as the outcome, so it is never lost.
 * `redriven`: sent to the replay queue and not finished yet.
 */
export interface DeadLetter {
  /** Time-ordered: ISO time of the first failure, `~`, hash. */
  readonly id: string;
  readonly version: string;
  readonly consumer: string;
  readonly reactions: readonly string[];
  readonly phase: DeadLetterPhase;
  /** Absent when the message could not be read. */
  readonly message?: Envelope;
  /** What came, when it could not be read: at most `RAW_CHARACTERS_MAX` characters of it. */
  readonly raw?: string;
  readonly error: ErrorRecord;
  readonly attempts: number;
  readonly firstFailedAt: string;
  readonly lastFailedAt: string;
  readonly source: SourcePosition;
  readonly state: 'open' | 'redriven' | 'closed' | 'quarantined';
  readonly redrives: number;
  readonly redrivenAt?: string;
  readonly closedAt?: string;
  /** The message as it came, where an operator has corrected `message`: the first one, however often it was corrected. */
  readonly original?: Envelope;
  /** Oldest first, at most `NOTES_MAX`. @default [] */
  readonly notes?: readonly DeadLetterNote[];
}

/** Notes that a document keeps; the oldest ones go. */
export const NOTES_MAX = 50;

/** What a document keeps when its failure comes again: what came first, and what operators did. */
export function keptOf(before: DeadLetter | undefined): Pick<DeadLetter, 'raw' | 'original' | 'notes'> {
  if (!before) return {};
  const { raw, original, notes } = before;
  return { ...(raw === undefined ? {} : { raw }), ...(original ? { original } : {}), ...(notes ? { notes } : {}) };
}

/** Of all that a correction may change: the data, the name of its schema, a time. Each redrive has a `replayid` of its own. */
function contentOf({ replayid: _, ...content }: Envelope): string {
  return payloadHash(content);
}

/** Whether an operator has corrected the message since this one was sent: what becomes of that one says nothing about the correction. */
export function isCorrectedSince({ message, original }: DeadLetter, sent: Envelope): boolean {
  return message !== undefined && original !== undefined && contentOf(message) !== contentOf(sent);
}

/** The notes of a document with one more. */
export function withNote({ notes = [] }: Pick<DeadLetter, 'notes'>, note: DeadLetterNote): readonly DeadLetterNote[] {
  return [...notes, note].slice(-NOTES_MAX);
}

/** Characters of an unreadable message that are kept. */
export const RAW_CHARACTERS_MAX = 65_536;
