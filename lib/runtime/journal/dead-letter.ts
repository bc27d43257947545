import type { Envelope } from '../../contract/envelope.ts';

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
}

/** Characters of an unreadable message that are kept. */
export const RAW_CHARACTERS_MAX = 65_536;
