import type { Envelope } from '../../../lib/contract/envelope.ts';
import { eventType, type MessageSchema, pastVersion, type SchemaIssue } from '../../../lib/contract/message-type.ts';
import { defineReaction } from '../../../lib/contract/reaction.ts';
import { defineService } from '../../../lib/contract/service.ts';
import { defineUpcast } from '../../../lib/contract/upcast.ts';
import { schemaUri } from '../../../lib/schema/uri.ts';

/** A schema that asks for some properties of some types, and allows more. */
export function schemaOf(type: string, version: number, wanted: Readonly<Record<string, string>> = {}): MessageSchema {
  return {
    uri: schemaUri(type, version),
    sensitive: [],
    validate(data): readonly SchemaIssue[] {
      if (typeof data !== 'object' || data === null) return [{ path: '', expected: 'an object', received: `a ${typeof data}` }];
      return Object.entries(wanted).flatMap(([name, kind]) => {
        const value = (data as Record<string, unknown>)[name];
        return typeof value === kind ? [] : [{ path: `/${name}`, expected: `a ${kind}`, received: `a ${typeof value}` }];
      });
    },
  };
}

interface Requested {
  readonly orderId: string;
  readonly cents: number;
}

const type = 'PaymentRequested';
export const PaymentRequested = eventType<typeof type, Requested>({
  type,
  version: 3,
  subject: 'orderId',
  schema: schemaOf(type, 3, { orderId: 'string', cents: 'number' }),
});
export const PaymentRequestedV2 = pastVersion<typeof type, { orderId: string }, Requested>({
  type,
  version: 2,
  schema: schemaOf(type, 2, { orderId: 'string' }),
});
export const PaymentRequestedV1 = pastVersion<typeof type, { order: string }, { orderId: string }>({
  type,
  version: 1,
  schema: schemaOf(type, 1, { order: 'string' }),
});

const pay = defineReaction({ name: 'pay', on: PaymentRequested, react() {} });
const liftV2 = defineUpcast(PaymentRequestedV2, ({ orderId }) => ({ orderId, cents: 0 }));

/** Knows version 3, and lifts 2 and 1. */
export const payment = defineService({
  name: 'payment',
  reactions: [pay],
  upcasts: [liftV2, defineUpcast(PaymentRequestedV1, ({ order }) => ({ orderId: order }))],
});
/** Lifts version 2 only. */
export const paymentWithoutV1 = defineService({ name: 'payment', reactions: [pay], upcasts: [liftV2] });

/** A good message of the current version; `overrides` of any attribute, `undefined` leaves one out. */
export function envelope(overrides: Readonly<Record<string, unknown>> = {}): Envelope {
  const all: Record<string, unknown> = {
    specversion: '1.0',
    id: 'event-1',
    source: 'order',
    type,
    subject: 'o-1',
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    dataschema: schemaUri(type, 3),
    data: { orderId: 'o-1', cents: 100 },
    correlationid: 'saga-1',
    causationid: 'command-1',
    partitionkey: 'saga-1',
    hops: 1,
    ...overrides,
  };
  return all as unknown as Envelope;
}
