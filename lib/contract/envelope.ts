import type { DataOf, Trigger } from './message-type.ts';

/**
 * The CloudEvents 1.0 document: the same object in a reaction and on the wire. Extension attributes are lower case, as
 * CloudEvents asks; all but `data` are set by the runtime.
 */
export interface Envelope<Name extends string = string, Data = unknown> {
  readonly specversion: '1.0';
  /** Unique per `source`; a rerun of the reaction that emitted the event gives the same id. */
  readonly id: string;
  /** The service that published it. */
  readonly source: string;
  readonly type: Name;
  /** What it is about, e.g. the order id. */
  readonly subject: string;
  /** RFC 3339, UTC: when it was committed, or when a scheduled event was due. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Names schema and version. */
  readonly dataschema: string;
  readonly data: Data;
  /** The saga: the same in every event that one command or first event led to. */
  readonly correlationid: string;
  /** The id of the message whose reaction emitted this one. */
  readonly causationid: string;
  /** What keeps order on the stream. By default the correlation id. */
  readonly partitionkey: string;
  /** Reactions between the first message and this one. */
  readonly hops: number;
  readonly traceparent?: string;
  readonly tracestate?: string;
  /** Only on messages that are replayed or redriven. */
  readonly replayid?: string;
}

/** What CloudEvents 1.0 takes in no attribute (chapter "Type System"): ids are keys, and stand in logs and on screens. */
export const notInAttributes: RegExp = /[\p{Cc}\p{Cs}]/u;

/** The envelope of a message type. Distributes, so a union of triggers narrows on `type`. */
export type EnvelopeOf<T extends Trigger> = T extends Trigger ? Envelope<T['type'], DataOf<T>> : never;
