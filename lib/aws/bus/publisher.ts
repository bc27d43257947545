import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { ChoreographyError } from '../../contract/errors.ts';
import type { Publisher, PublishOutcome } from '../../runtime/ports/publisher.ts';
import { sdkErrorName } from '../calls/sdk-error.ts';
import { type ChunkChannel, createChunkPublisher } from '../publish-chunks.ts';
import { traceHeaderOf } from './trace-header.ts';

/** What `createBusPublisher` takes. */
export interface BusPublisherOptions {
  readonly client: Pick<EventBridgeClient, 'send'>;
  /** Name or ARN. */
  readonly bus: string;
}

/** Entries of one PutEvents. */
const ENTRIES_MAX = 10;
/** Bytes of one PutEvents: it must be below 1 MB; the rest is for names and punctuation of the request. */
const CALL_BYTES_MAX = 990_000;
/** Bytes that EventBridge counts for the time of an entry. */
const TIME_BYTES = 14;
/** Characters of a detail type. */
const DETAIL_TYPE_LENGTH_MAX = 128;
const busForm = /^(?:arn:aws[a-z-]*:events:[^:]+:\d{12}:event-bus\/)?[/.\-_A-Za-z0-9]{1,256}$/;

/** Entry codes after which the same entry may be taken later. */
const retryable: ReadonlySet<string> = new Set(['InternalFailure', 'InternalException', 'ThrottlingException']);
/** Entry codes, and names of errors, that say that this publisher may not send it. */
const denied: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'NotAuthorizedForSourceException',
  'NotAuthorizedForDetailTypeException',
]);
/** What EventBridge throws when an entry of the call is not as it must be. */
const malformed: ReadonlySet<string> = new Set(['ValidationException', 'InvalidArgument', 'SerializationException']);

const published: PublishOutcome = { status: 'published' };

function codeOf(name: string): string {
  return denied.has(name) ? 'PUBLISH_DENIED' : 'PUBLISH_REFUSED';
}

function outcomeOf({ ErrorCode, ErrorMessage = '' }: PutEventsResultEntry): PublishOutcome {
  if (ErrorCode === undefined) return published;
  const reason = `${ErrorCode} ${ErrorMessage}`.trim();
  return retryable.has(ErrorCode) ? { status: 'retry', reason } : { status: 'refused', code: codeOf(ErrorCode), message: reason };
}

/**
 * Publishes to an EventBridge bus: the envelope is the detail, its source and type are those of the entry. Refused for
 * good is what EventBridge says so of for one entry; a call that is not allowed as a whole, as a rule on sources and
 * detail types in the role's policy makes it, is narrowed down to the events at fault.
 * @throws INVALID_CHANNEL
 */
export function createBusPublisher({ client, bus }: BusPublisherOptions): Publisher {
  if (!busForm.test(bus)) {
    throw new ChoreographyError(
      'INVALID_CHANNEL',
      `"${bus}" is neither the name nor the ARN of a bus: check what the function was given.`,
      {
        details: { bus },
      },
    );
  }
  const channel: ChunkChannel<PutEventsRequestEntry> = {
    entriesMax: ENTRIES_MAX,
    bytesMax: CALL_BYTES_MAX,
    entryOf(event) {
      const { source, type } = event;
      if (type.length > DETAIL_TYPE_LENGTH_MAX) {
        const message = `The type has ${type.length} characters; the bus takes at most ${DETAIL_TYPE_LENGTH_MAX}.`;
        return { status: 'refused', code: 'PUBLISH_REFUSED', message };
      }
      const Detail = JSON.stringify(event);
      const time = new Date(event.time);
      const TraceHeader = traceHeaderOf(event.traceparent);
      const bytes = Buffer.byteLength(Detail) + Buffer.byteLength(source) + type.length + (TraceHeader?.length ?? 0) + TIME_BYTES;
      if (bytes > CALL_BYTES_MAX) {
        const message = `The event has ${bytes} bytes; the bus takes at most ${CALL_BYTES_MAX}.`;
        return { status: 'refused', code: 'MESSAGE_TOO_LARGE', message };
      }
      const timed = Number.isNaN(time.getTime()) ? {} : { Time: time };
      const traced = TraceHeader === undefined ? {} : { TraceHeader };
      return { entry: { EventBusName: bus, Source: source, DetailType: type, Detail, ...timed, ...traced }, bytes };
    },
    async send(entries) {
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [...entries] }));
      return Entries.map(outcomeOf);
    },
    failureOf(error) {
      const name = sdkErrorName(error);
      if (denied.has(name)) return { kind: 'denied', code: codeOf(name) };
      return malformed.has(name) ? { kind: 'one', code: codeOf(name) } : { kind: 'all' };
    },
  };
  return createChunkPublisher(channel);
}
