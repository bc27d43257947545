import { ChoreographyError } from '../contract/errors.ts';
import type { Clock } from '../runtime/ports/clock.ts';
import type { Control } from '../runtime/ports/control.ts';
import type { ControlRecords } from '../runtime/ports/control-records.ts';
import type { Publisher } from '../runtime/ports/publisher.ts';
import type { ReplayQueue } from '../runtime/ports/replay-queue.ts';
import type { Store } from '../runtime/ports/store.ts';
import type { StreamReader } from '../runtime/ports/stream-reader.ts';
import type { ServiceManifest } from '../topology/manifest.ts';

/** One consumer, as the backbone knows it. */
export interface ConsumerInfo {
  /** The service's name. */
  readonly name: string;
  readonly source: 'stream' | 'bus';
  /** What it last published about itself; without it nobody can tell what it subscribes to. */
  readonly manifest?: ServiceManifest;
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

/** Everything outside that an operator's tools talk to: in memory, or on AWS with the operator's own rights. */
export interface OperatorAccess {
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
  /** In the order of their names. */
  consumers(): Promise<readonly ConsumerInfo[]>;
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

/** Finds a consumer by name. @throws UNKNOWN_SERVICE */
export async function findConsumer(access: OperatorAccess, name: string): Promise<ConsumerInfo> {
  const consumers = await access.consumers();
  const found = consumers.find((consumer) => consumer.name === name);
  if (found) return found;
  const names = consumers.map((consumer) => consumer.name).join(', ');
  throw new ChoreographyError('UNKNOWN_SERVICE', `There is no consumer ${name}; there are ${names || 'none'}.`, {
    details: { service: name },
  });
}

/** The stream's reader. @throws STREAM_MISSING */
export function streamOf({ stream }: OperatorAccess): StreamReader {
  if (stream) return stream;
  throw new ChoreographyError(
    'STREAM_MISSING',
    'This backbone has no stream, so there is nothing to read by position; what failed can be redriven from the dead letters.',
  );
}

/** ISO time of a moment in milliseconds since 1970. */
export function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
