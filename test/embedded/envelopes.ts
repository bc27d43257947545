import type { Envelope } from '../../lib/contract/envelope.ts';
import { schemaUri } from '../../lib/schema/uri.ts';

/** An envelope with made-up attributes. */
export function envelopeOf(type: string, attributes: Partial<Envelope> = {}): Envelope {
  return {
    specversion: '1.0',
    id: 'event-1',
    source: 'order',
    type,
    subject: '',
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    dataschema: schemaUri(type, 1),
    data: { orderId: 'order-1' },
    correlationid: 'saga-1',
    causationid: 'event-0',
    partitionkey: 'saga-1',
    hops: 0,
    ...attributes,
  };
}
