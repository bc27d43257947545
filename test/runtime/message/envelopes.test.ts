import { expect, test } from 'vitest';
import { createEnvelope } from '../../../lib/runtime/message/envelopes.ts';
import { refusal } from '../../contract/refusal.ts';
import { PaymentRequested } from './sample.ts';

const head = { id: 'e-1', source: 'order', time: '2026-01-01T00:00:00.000Z', correlationid: 'saga-1', causationid: 'c-1', hops: 2 };
const data = { orderId: 'o-1', cents: 100 };

test('an envelope is a CloudEvents document; the partition key is the saga', () => {
  expect(createEnvelope(PaymentRequested, data, head)).toEqual({
    specversion: '1.0',
    id: 'e-1',
    source: 'order',
    type: 'PaymentRequested',
    subject: 'o-1',
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    dataschema: 'urn:aws-choreography:PaymentRequested:3',
    data,
    correlationid: 'saga-1',
    causationid: 'c-1',
    partitionkey: 'saga-1',
    hops: 2,
  });
});

test('trace context is carried when there is one', () => {
  const traced = createEnvelope(PaymentRequested, data, { ...head, traceparent: '00-a-b-01', tracestate: 'x=1' });
  expect(traced).toMatchObject({ traceparent: '00-a-b-01', tracestate: 'x=1' });
});

test('the data is copied: changing it afterwards changes nothing', () => {
  const mine = { ...data };
  const made = createEnvelope(PaymentRequested, mine, head);
  mine.cents = 1;
  expect(made.data).toEqual(data);
});

test.each([
  [{ orderId: 'o-1' }, 'SCHEMA_VIOLATION: PaymentRequested version 3: data/cents should be a number, but is a undefined.'],
  [
    { ...data, at: new Date(0) },
    'NOT_JSON: The data of PaymentRequested at /at is a Date; use plain objects, for example date.toISOString().',
  ],
  [
    { ...data, text: 'é'.repeat(131_072) },
    'MESSAGE_TOO_LARGE: PaymentRequested has 262486 bytes, more than 262144; publish a reference to the content instead.',
  ],
])('what is not fit to be sent is refused (%#)', (given, expected) => {
  expect(refusal(() => createEnvelope(PaymentRequested, given, head))).toBe(expected);
});
