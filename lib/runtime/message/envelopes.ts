import type { Envelope } from '../../contract/envelope.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { ID_LENGTH_MAX, MESSAGE_BYTES_MAX, MESSAGE_DEPTH_MAX, MESSAGE_NODES_MAX, OPTIONAL_LENGTH_MAX } from '../../contract/limits.ts';
import { type CommandType, type EventType, issueText } from '../../contract/message-type.ts';
import { copyJson, jsonBytes } from './json.ts';

/** Everything of an envelope but what follows from type and data. */
export type EnvelopeHead = Pick<Envelope, 'id' | 'source' | 'time' | 'correlationid' | 'causationid' | 'hops'> &
  Partial<Pick<Envelope, 'partitionkey' | 'traceparent' | 'tracestate'>>;

/** What is added only where there is something to add: a spread that is mostly empty costs more than the rest of the literal. */
type Writable = { -readonly [Name in keyof Envelope]: Envelope[Name] };

/** Keys of an envelope, with room for extensions: they count when the message is read. */
const ENVELOPE_NODES = 64;
/** What data may have, so that the whole message is within what `decode` takes. */
const dataLimits = { depth: MESSAGE_DEPTH_MAX - 1, nodes: MESSAGE_NODES_MAX - ENVELOPE_NODES };

function subjectOf(type: EventType | CommandType, data: unknown): string {
  const value = type.subject === undefined ? undefined : (data as Record<string, unknown> | null)?.[type.subject];
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, ID_LENGTH_MAX) : '';
}

/** A trace is not worth a message: what its readers would refuse is left out. */
const isCarried = (text: string | undefined): text is string => text !== undefined && text.length <= OPTIONAL_LENGTH_MAX;

/**
 * The only way a message gets made: the data is copied and checked against the schema, the whole against the size cap.
 * @throws SCHEMA_VIOLATION, MESSAGE_TOO_LARGE, NOT_JSON, TOO_DEEP, TOO_MANY_NODES, FORBIDDEN_KEY
 */
export function createEnvelope(type: EventType | CommandType, data: unknown, head: EnvelopeHead): Envelope {
  const copied = copyJson(data, `The data of ${type.type}`, dataLimits);
  const [first] = type.schema.validate(copied);
  if (first) {
    throw new ChoreographyError('SCHEMA_VIOLATION', `${type.type} version ${type.version}: ${issueText(first)}.`, {
      details: { type: type.type, version: type.version, path: first.path },
    });
  }
  const envelope: Writable = {
    specversion: '1.0',
    id: head.id,
    source: head.source,
    type: type.type,
    subject: subjectOf(type, copied),
    time: head.time,
    datacontenttype: 'application/json',
    dataschema: type.schema.uri,
    data: copied,
    correlationid: head.correlationid,
    causationid: head.causationid,
    partitionkey: head.partitionkey ?? head.correlationid,
    hops: head.hops,
  };
  if (isCarried(head.traceparent)) envelope.traceparent = head.traceparent;
  if (isCarried(head.tracestate)) envelope.tracestate = head.tracestate;
  const bytes = jsonBytes(envelope, MESSAGE_BYTES_MAX);
  if (bytes > MESSAGE_BYTES_MAX) {
    throw new ChoreographyError(
      'MESSAGE_TOO_LARGE',
      `${type.type} has ${bytes} bytes, more than ${MESSAGE_BYTES_MAX}; publish a reference to the content instead.`,
      {
        details: { type: type.type, bytes, limitBytes: MESSAGE_BYTES_MAX },
      },
    );
  }
  return envelope;
}

/** ISO text of a time in milliseconds. */
export function isoTime(milliseconds: number): string {
  if (milliseconds !== lastTime.milliseconds) lastTime = { milliseconds, text: new Date(milliseconds).toISOString() };
  return lastTime.text;
}

/** A batch asks for the same time again and again. */
let lastTime = { milliseconds: Number.NaN, text: '' };
