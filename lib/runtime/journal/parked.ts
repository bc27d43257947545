import type { Envelope } from '../../contract/envelope.ts';
import type { ErrorRecord, SourcePosition } from './dead-letter.ts';

/** Attempts so far of one reaction on one message. */
export interface FailureRecord {
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly error: ErrorRecord;
}

/** A message of a saga that cannot go on now. */
export interface ParkedMessage {
  readonly saga: string;
  /** Place in the saga's line, from 1. */
  readonly order: number;
  readonly message: Envelope;
  readonly source: SourcePosition;
  /** By reaction. */
  readonly failures: Readonly<Record<string, FailureRecord>>;
  /** Only these reactions, for a message that was replayed. @default - all that are concerned */
  readonly reactions?: readonly string[];
}

/** Who is in a line. */
export interface ParkedMember {
  readonly order: number;
  readonly source: string;
  readonly id: string;
  /** Tells another payload under the same id apart, and a copy that cannot be read from one that can. */
  readonly payloadHash: string;
}

/** The marker that a saga of this service is parked: later messages of the saga join the line. */
export interface SagaMarker {
  readonly saga: string;
  readonly version: string;
  /** Source and id of what is parked, by order: a redelivered message is recognised here. */
  readonly members: readonly ParkedMember[];
  readonly nextOrder: number;
  /** Milliseconds since 1970 when the next try is due; the sweep asks again for a wake-up that got lost. */
  readonly wakeAt: number;
  /** Tries of the head so far: the spacing grows with it. */
  readonly tries: number;
  /** Milliseconds since 1970. */
  readonly parkedAt: number;
}
