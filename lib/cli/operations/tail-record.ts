import type { Envelope } from '../../contract/envelope.ts';
import { isChoreographyError } from '../../contract/errors.ts';
import { ID_LENGTH_MAX, MESSAGE_DEPTH_MAX, NAME_LENGTH_MAX } from '../../contract/limits.ts';
import { isoOf } from '../../operations/access.ts';
import { readRecord } from '../../operations/stream-message.ts';
import { scanText } from '../../runtime/message/scan.ts';
import type { StreamRecord } from '../../runtime/ports/stream-reader.ts';

/** Where a record lies, and since when. */
interface Place {
  /** ISO time at which the stream took it. */
  readonly arrivedAt: string;
  readonly shard: string;
  readonly sequenceNumber: string;
}

/** An event of the stream as it is told. */
export interface TailedEvent extends Place {
  /** `data` only where it was asked for. */
  readonly event: Omit<Envelope, 'data'> & { readonly data?: unknown };
  /** Type of the event that led to it, if that has come before. */
  readonly causedBy?: string;
  /** It has come before, under the same id: whoever publishes an event twice does no harm. */
  readonly again?: true;
}

/** A record that holds no event. */
export interface TailedOddity extends Place {
  /** Why it is none. */
  readonly problem: string;
  readonly characters: number;
  /** Only where data was asked for. */
  readonly body?: string;
}

/** One record of the stream: the document of `choreo tail --json`. */
export type TailedRecord = TailedEvent | TailedOddity;

/** What is over the caps of a message no service takes, and nothing here may walk. `undefined`: it is within them. */
function capProblem(body: string): string | undefined {
  try {
    scanText(body);
    return undefined;
  } catch (error) {
    if (!isChoreographyError(error)) throw error;
    return error.code === 'TOO_DEEP' ? `it is nested deeper than ${MESSAGE_DEPTH_MAX} levels` : 'it is too large';
  }
}

/** Events that are remembered, to name what led to others. */
const REMEMBERED_MAX = 10_000;

/** Reads records in the order in which they came. `withData`: what they say is told, too. */
export function createTailReader(withData: boolean): (shard: string, record: StreamRecord) => TailedRecord {
  /** Types by the ids of the newest events. */
  const remembered = new Map<string, string>();
  const remember = ({ id, type }: Envelope): void => {
    if (id.length > ID_LENGTH_MAX || type.length > NAME_LENGTH_MAX) return; // no service takes it
    remembered.delete(id);
    remembered.set(id, type);
    if (remembered.size > REMEMBERED_MAX) remembered.delete(remembered.keys().next().value as string);
  };
  return (shard, { sequenceNumber, arrivedAt, body }) => {
    const place = { arrivedAt: isoOf(arrivedAt), shard, sequenceNumber };
    const problem = capProblem(body);
    const read = problem === undefined ? readRecord(body) : { problem };
    if ('problem' in read) return { ...place, ...read, characters: body.length, ...(withData ? { body } : {}) };
    const { data, ...event } = read.event;
    const again = remembered.has(event.id);
    const causedBy = event.causationid === event.id ? undefined : remembered.get(event.causationid);
    remember(read.event);
    return {
      ...place,
      event: withData ? { ...event, data } : event,
      ...(causedBy === undefined ? {} : { causedBy }),
      ...(again ? { again } : {}),
    };
  };
}
