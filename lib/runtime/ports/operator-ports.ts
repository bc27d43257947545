import type { Envelope } from '../../contract/envelope.ts';
import type { OperatorBounds } from '../../contract/operator-bounds.ts';
import type { Clock } from './clock.ts';
import type { Control } from './control.ts';
import type { ControlRecords } from './control-records.ts';
import type { Publisher } from './publisher.ts';
import type { ReplayQueue } from './replay-queue.ts';
import type { Store } from './store.ts';
import type { StreamReader } from './stream-reader.ts';

/** What every operator's tool knows of a consumer. */
export interface KnownConsumer extends OperatorBounds {
  /** The service's name. */
  readonly name: string;
  readonly source: 'stream' | 'bus';
}

/** How full a queue is. */
export interface QueueFigures {
  /** Messages in it, the hidden ones included. */
  readonly depth: number;
  /** Of the oldest message. Absent: not known, or there is none. */
  readonly oldestAgeMilliseconds?: number;
}

/** How far a consumer has got in one shard. */
export interface ShardProgress {
  readonly shard: string;
  /** The last record that was handed to it. Absent: it has got nothing of the shard yet. */
  readonly sequenceNumber?: string;
  /** Milliseconds since 1970 at which the stream took that record. */
  readonly arrivedAt?: number;
}

/** A part of a message that no service would take. */
export interface MessageProblem {
  /** JSON Pointer into the envelope; `''`: the whole. */
  readonly path: string;
  /** What has to be there and what is, as a sentence; of a sensitive field it says nothing. */
  readonly rule: string;
}

/** What can be said of a message before anybody runs it. */
export interface MessageCheck {
  /** Empty: nothing is wrong, as far as it could be looked at. */
  readonly problems: readonly MessageProblem[];
  /** Whether the schema of its version was there to check the data by; `not-asked`: the envelope is wrong already. */
  readonly schema: 'known' | 'unknown' | 'not-asked';
  /** Of `unknown`: why, as the part of a sentence. */
  readonly why?: string;
}

/** The function of the backbone that works for operators by itself, with each minute. */
export interface Platform {
  /** Asks it to look now, and does not wait for what it does. `woken`: whether it was reached; else its next tick sees to it. */
  wake(): Promise<{ readonly woken: boolean; readonly reason?: string }>;
}

/** Everything outside that an operator's tools talk to: in memory, or on AWS with the operator's own rights. */
export interface OperatorPorts<Consumer extends KnownConsumer> {
  /** The operator's name, for the audit. */
  readonly who: string;
  readonly clock: Clock;
  readonly control: Control;
  readonly records: ControlRecords;
  /** Absent where the backbone has only a bus: then there is no replay by position. */
  readonly stream?: StreamReader;
  /** For how long the stream keeps records, in seconds. Absent: not known. */
  readonly retentionSeconds?: number;
  /** Where events that were refused can be sent once more. Absent: the operator may not publish. */
  readonly publisher?: Publisher;
  /** Caps, envelope and schema of a message, as far as they are known here. @throws REGISTRY_UNAVAILABLE (retryable) */
  checkMessage(message: Envelope): Promise<MessageCheck>;
  /** Absent where there is none, or not that anybody knows. */
  readonly platform?: Platform;
  /** In the order of their names. */
  consumers(): Promise<readonly Consumer[]>;
  /** @throws UNKNOWN_SERVICE */
  store(service: string): Store;
  /** @throws UNKNOWN_SERVICE */
  replayQueue(service: string): ReplayQueue;
  /** `source`: the queue that the bus fills, of a consumer on the bus. Absent or `undefined`: not known. */
  queueFigures?(service: string, queue: 'source' | 'replay'): Promise<QueueFigures | undefined>;
  /** Of a consumer on the stream, per shard where it is known. Absent: not known. */
  progress?(service: string): Promise<readonly ShardProgress[]>;
  /** Age of the oldest record that a consumer on the stream has not finished, where nobody knows more. Absent or `undefined`: not known. */
  behindMilliseconds?(service: string): Promise<number | undefined>;
}
