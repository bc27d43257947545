import type { Envelope } from '../../contract/envelope.ts';
import type { Publisher, PublishOutcome } from '../../runtime/ports/publisher.ts';
import type { EventBus } from './bus.ts';
import type { Stream } from './stream.ts';

/** Bytes of one record, partition key included (Kinesis: 1 MiB unless raised). */
const RECORD_BYTES_MAX = 1_048_576;
/** Bytes of one entry (EventBridge: a whole PutEvents call is below 1 MB). */
const ENTRY_BYTES_MAX = 1_000_000;
/** UTF-8 bytes of one UTF-16 unit. */
const BYTES_PER_CHARACTER_MAX = 3;

const published: PublishOutcome = { status: 'published' };

function tooLarge(text: string, bytesMax: number, channel: string): PublishOutcome | undefined {
  if (text.length * BYTES_PER_CHARACTER_MAX <= bytesMax) return undefined;
  const bytes = Buffer.byteLength(text);
  if (bytes <= bytesMax) return undefined;
  return { status: 'refused', code: 'MESSAGE_TOO_LARGE', message: `The event has ${bytes} bytes; ${channel} takes at most ${bytesMax}.` };
}

/** Publishes to the stream: each event is there when its outcome is. */
export function createStreamPublisher(stream: Stream): Publisher {
  const put = (envelope: Envelope): PublishOutcome => {
    const data = JSON.stringify(envelope);
    const refusal = tooLarge(data, RECORD_BYTES_MAX - envelope.partitionkey.length * BYTES_PER_CHARACTER_MAX, 'the stream');
    if (!refusal) stream.put({ data, partitionKey: envelope.partitionkey, envelope });
    return refusal ?? published;
  };
  return { publish: async (events) => events.map(put) };
}

/** Publishes to the bus. */
export function createBusPublisher(bus: EventBus): Publisher {
  const put = (envelope: Envelope): PublishOutcome => {
    const detail = JSON.stringify(envelope);
    const refusal = tooLarge(detail, ENTRY_BYTES_MAX, 'the bus');
    if (!refusal) bus.put({ source: envelope.source, detailType: envelope.type, detail, time: envelope.time });
    return refusal ?? published;
  };
  return { publish: async (events) => events.map(put) };
}
