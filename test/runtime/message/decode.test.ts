import { describe, expect, test } from 'vitest';
import { defineService } from '../../../lib/contract/service.ts';
import { defineUpcast } from '../../../lib/contract/upcast.ts';
import { buildCatalog } from '../../../lib/runtime/message/catalog.ts';
import { type Decoded, decode, decodeEnvelope } from '../../../lib/runtime/message/decode.ts';
import { schemaUri } from '../../../lib/schema/uri.ts';
import { envelope, PaymentRequestedV1, PaymentRequestedV2, payment, paymentWithoutV1 } from './sample.ts';

const catalog = buildCatalog(payment);
const text = (overrides: Readonly<Record<string, unknown>> = {}) => JSON.stringify(envelope(overrides));
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const withData = (json: string) => text({ data: 'HERE' }).replace('"HERE"', json);

function refusal(decoded: Decoded): string {
  if (decoded.kind === 'malformed') return `${decoded.error.code}: ${decoded.error.message}`;
  return decoded.kind;
}

function read(json: string, known = catalog): Decoded & { kind: 'message' } {
  const decoded = decode(json, known);
  if (decoded.kind !== 'message') throw new Error(refusal(decoded));
  return decoded;
}

describe('what can never be read is malformed, with a code that says why', () => {
  const attribute = (name: string, problem: string) => `INVALID_ENVELOPE: The envelope's ${name} ${problem}.`;
  const long = 'x'.repeat(257);
  const bad: readonly (readonly [name: string, json: string, refusal: string])[] = [
    ['nothing', '', 'INVALID_JSON: The message is not JSON; look at who writes it.'],
    ['half a document', '{"specversion":"1.0"', 'INVALID_JSON: The message is not JSON; look at who writes it.'],
    ['a number', '42', 'INVALID_ENVELOPE: The message is not a JSON object; a CloudEvents envelope is expected.'],
    ['null', 'null', 'INVALID_ENVELOPE: The message is not a JSON object; a CloudEvents envelope is expected.'],
    ['a list', '[]', 'INVALID_ENVELOPE: The message is not a JSON object; a CloudEvents envelope is expected.'],
    [
      'another specversion',
      text({ specversion: '0.3' }),
      'INVALID_ENVELOPE: The message has no specversion "1.0"; a CloudEvents 1.0 envelope is expected.',
    ],
    ...['id', 'source', 'time', 'dataschema', 'correlationid', 'causationid', 'partitionkey'].flatMap((name) => [
      [`no ${name}`, text({ [name]: undefined }), attribute(name, 'is missing or not a text')] as const,
      [`an empty ${name}`, text({ [name]: '' }), attribute(name, 'is missing or not a text')] as const,
      [`a ${name} that is a number`, text({ [name]: 7 }), attribute(name, 'is missing or not a text')] as const,
      [`a long ${name}`, text({ [name]: long }), attribute(name, 'has more than 256 characters')] as const,
      ...['\n', '\u001b', '\u009b', '\ud800'].map(
        (character) =>
          [
            `a ${name} with ${JSON.stringify(character)}`,
            text({ [name]: `a${character}b` }),
            attribute(name, 'has a control character or half a character'),
          ] as const,
      ),
    ]),
    ['no type', text({ type: undefined }), attribute('type', 'is missing or not a text')],
    ['a long subject', text({ subject: long }), attribute('subject', 'has more than 256 characters')],
    ...['traceparent', 'tracestate', 'replayid'].flatMap((name) => [
      [`a ${name} that is an object`, text({ [name]: {} }), attribute(name, 'is not a text of at most 512 characters')] as const,
      [`a long ${name}`, text({ [name]: 'x'.repeat(513) }), attribute(name, 'is not a text of at most 512 characters')] as const,
    ]),
    ...[undefined, '1', 1.5, -1].map(
      (hops) => [`hops ${hops}`, text({ hops }), attribute('hops', 'is not a whole number from 0')] as const,
    ),
    ...['1', 'yesterday', '2026-01-01', '2026-13-01T00:00:00Z', 'Thu, 01 Jan 2026 00:00:00 GMT'].map(
      (time) => [`the time ${time}`, text({ time }), attribute('time', 'is not an RFC 3339 time')] as const,
    ),
    [
      'a foreign dataschema',
      text({ dataschema: 'https://example.org/pay' }),
      'INVALID_ENVELOPE: The envelope\'s dataschema "https://example.org/pay" does not name a version of PaymentRequested.',
    ],
    [
      'the dataschema of another type',
      text({ dataschema: schemaUri('OrderPlaced', 1) }),
      'INVALID_ENVELOPE: The envelope\'s dataschema "urn:aws-choreography:OrderPlaced:1" does not name a version of PaymentRequested.',
    ],
    [
      'too many bytes',
      text({ data: 'x'.repeat(262_144) }),
      'MESSAGE_TOO_LARGE: The message has more than 262144 bytes; publish a reference to the content instead.',
    ],
    [
      'too many bytes, few characters',
      text({ data: 'é'.repeat(131_100) }),
      'MESSAGE_TOO_LARGE: The message has more than 262144 bytes; publish a reference to the content instead.',
    ],
    ['too deep', withData(nested(64)), 'TOO_DEEP: The message is nested deeper than 64 levels.'],
    ['deep enough to overflow a stack', nested(100_000), 'TOO_DEEP: The message is nested deeper than 64 levels.'],
    [
      'too many elements',
      withData(`[${'0,'.repeat(50_000)}0]`),
      'TOO_MANY_NODES: The message at /data/49990 has more than 50000 keys and elements.',
    ],
    ...['__proto__', 'constructor', 'prototype'].map(
      (key) =>
        [
          `the key ${key}`,
          withData(`{"${key}":{}}`),
          `FORBIDDEN_KEY: The message at /data has the key "${key}", which could change prototypes; rename it.`,
        ] as const,
    ),
    [
      'data that misses its schema',
      text({ data: { orderId: 1, cents: 100 } }),
      'SCHEMA_VIOLATION: PaymentRequested version 3: data/orderId should be a string, but is a number.',
    ],
    ['no data', text({ data: undefined }), 'SCHEMA_VIOLATION: PaymentRequested version 3: data should be an object, but is a undefined.'],
    [
      '33 reactions in a row',
      text({ hops: 33 }),
      'HOP_LIMIT: PaymentRequested comes after 33 reactions in a row, more than 32; look for events that set each other off.',
    ],
  ];
  test.each(bad)('%s', (_name, json, expected) => {
    const decoded = decode(json, catalog);
    expect(refusal(decoded)).toBe(expected);
    expect(decoded.kind === 'malformed' && decoded.error.retryable).toBe(false);
  });
  test('an older version is checked against its own schema', () => {
    const decoded = decode(text({ dataschema: schemaUri('PaymentRequested', 2), data: { orderId: 7 } }), catalog);
    expect(refusal(decoded)).toBe('SCHEMA_VIOLATION: PaymentRequested version 2: data/orderId should be a string, but is a number.');
  });
  test('all issues of the data are in the details', () => {
    const decoded = decode(text({ data: {} }), catalog);
    expect(decoded.kind === 'malformed' && decoded.error.details['issues']).toEqual([
      { path: '/orderId', expected: 'a string', received: 'a undefined' },
      { path: '/cents', expected: 'a number', received: 'a undefined' },
    ]);
  });
  test('the path in an error is cut: its keys come from outside', () => {
    const decoded = decode(withData(`{"${'k'.repeat(5_000)}":{"__proto__":1}}`), catalog);
    expect(refusal(decoded).length).toBeLessThan(400);
  });
});

describe('what was malformed keeps the envelope as soon as there is one', () => {
  test('an envelope with bad data is kept, so that its dead letter can be redriven', () => {
    const decoded = decode(text({ data: {} }), catalog);
    expect(decoded.kind === 'malformed' && decoded.message?.id).toBe('event-1');
  });
  test('without a good envelope there is only the text', () => {
    expect(decode(text({ id: 7 }), catalog)).not.toHaveProperty('message');
  });
});

describe('limits are just there and not before', () => {
  test.each([
    ['an id of 256 characters', text({ id: 'x'.repeat(256) })],
    ['an empty subject', text({ subject: '' })],
    ['a tracestate of 512 characters', text({ tracestate: 'x'.repeat(512) })],
    ['32 reactions in a row', text({ hops: 32 })],
    ['a time with an offset', text({ time: '2026-01-01T02:00:00+02:00' })],
    ['64 levels', withData(`{"orderId":"o","cents":1,"deep":${nested(62)}}`)],
    ['brackets in a text', withData(`{"orderId":"${'[{'.repeat(200)}\\"[","cents":1}`)],
    ['many bytes', text({ data: { orderId: 'x'.repeat(261_000), cents: 1 } })],
  ])('%s', (_name, json) => {
    expect(decode(json, catalog).kind).toBe('message');
  });
});

describe('versions', () => {
  const v1 = text({ dataschema: schemaUri('PaymentRequested', 1), data: { order: 'o-9' } });
  test('a newer version than this deployment knows is tried again later', () => {
    const decoded = decode(text({ dataschema: schemaUri('PaymentRequested', 4) }), catalog);
    expect(refusal(decoded)).toBe(
      'UNKNOWN_VERSION: PaymentRequested version 4 is newer than the version 3 that payment knows; deploy the service with the new schema.',
    );
    expect(decoded).toMatchObject({ error: { retryable: true }, message: { id: 'event-1' } });
  });
  test('an older one is lifted step by step; what came stays as it came', () => {
    const { message, original } = read(v1);
    expect(message).toMatchObject({ data: { orderId: 'o-9', cents: 0 }, dataschema: schemaUri('PaymentRequested', 3), id: 'event-1' });
    expect(original).toEqual(JSON.parse(v1));
  });
  const { reactions } = payment;
  const without = buildCatalog(defineService({ name: 'payment', reactions: reactions as never }));
  test('where no upcast is, one that fits as it is goes on as it is', () => {
    const fits = text({ dataschema: schemaUri('PaymentRequested', 1), data: { orderId: 'o-9', cents: 7 } });
    const { message, original } = read(fits, without);
    expect(message).toMatchObject({ data: { orderId: 'o-9', cents: 7 }, dataschema: schemaUri('PaymentRequested', 3) });
    expect(original).toEqual(JSON.parse(fits));
  });
  test('one that does not is refused, and the message says what to write and what does not fit', () => {
    expect(refusal(decode(v1, without))).toBe(
      'NO_UPCAST: payment has no upcast from version 1 of PaymentRequested, and the message does not meet version 3 as it is (data/orderId should be a string, but is a undefined); add defineUpcast(PaymentRequestedV1, …) to the service.',
    );
  });
  test('an upcast further on is used all the same, if what went on without one is what it begins with', () => {
    const fits = text({ dataschema: schemaUri('PaymentRequested', 1), data: { orderId: 'o-9', cents: 7 } });
    expect(read(fits, buildCatalog(paymentWithoutV1)).message.data).toEqual({ orderId: 'o-9', cents: 0 });
    expect(refusal(decode(v1, buildCatalog(paymentWithoutV1)))).toBe(
      'NO_UPCAST: payment has no upcast from version 1 of PaymentRequested, and the message does not meet version 2 as it is (data/orderId should be a string, but is a undefined); add defineUpcast(PaymentRequestedV1, …) to the service.',
    );
  });
  test('what an upcast gave goes on as it is, too, where the next one is missing', () => {
    const lifts = (up: (data: unknown) => unknown) =>
      buildCatalog(
        defineService({ name: 'payment', reactions: reactions as never, upcasts: [defineUpcast(PaymentRequestedV1 as never, up)] }),
      );
    expect(
      read(
        v1,
        lifts(() => ({ orderId: 'o-9', cents: 3 })),
      ).message.data,
    ).toEqual({ orderId: 'o-9', cents: 3 });
    const decoded = decode(
      v1,
      lifts(() => ({ orderId: 'o-9' })),
    );
    expect(decoded).toMatchObject({ error: { code: 'NO_UPCAST', retryable: false, details: { type: 'PaymentRequested', version: 2 } } });
  });
  test('what upcasts give and the current version refuses is their mistake', () => {
    const v2 = text({ dataschema: schemaUri('PaymentRequested', 2), data: { orderId: 'o-9' } });
    expect(
      refusal(
        decode(
          v2,
          liftedBy(() => ({ orderId: 'o-9' })),
        ),
      ),
    ).toBe(
      'UPCAST_FAILED: The upcasts of PaymentRequested from version 2 give what version 3 refuses: data/cents should be a number, but is a undefined.',
    );
  });
  const v2 = text({ dataschema: schemaUri('PaymentRequested', 2), data: { orderId: 'o-9' } });
  const liftedBy = (up: (data: unknown) => unknown) =>
    buildCatalog(
      defineService({ name: 'payment', reactions: payment.reactions as never, upcasts: [defineUpcast(PaymentRequestedV2 as never, up)] }),
    );
  test('an upcast that throws is a dead letter with its words', () => {
    const broken = (error: unknown) =>
      liftedBy(() => {
        throw error;
      });
    const refused = 'UPCAST_FAILED: The upcast of PaymentRequested version 2 failed:';
    expect(refusal(decode(v2, broken(new TypeError('no cents'))))).toBe(`${refused} no cents`);
    expect(refusal(decode(v2, broken(new RangeError('Invalid time value'))))).toBe(`${refused} Invalid time value`);
  });
  test('an upcast that changes what it gets does not change the original', () => {
    const { message, original } = read(
      v2,
      liftedBy((data) => Object.assign(data as object, { cents: 5 })),
    );
    expect([message.data, original.data]).toEqual([{ orderId: 'o-9', cents: 5 }, { orderId: 'o-9' }]);
  });
});

describe('what nobody here subscribes to is ignored', () => {
  test('without a look at the rest of it', () => {
    expect(decode('{"type":"OrderShipped","id":7}', catalog)).toEqual({ kind: 'ignored', type: 'OrderShipped' });
  });
  test('also when its type is a name that every object has', () => {
    expect(decode('{"type":"toString"}', catalog)).toEqual({ kind: 'ignored', type: 'toString' });
  });
  test('an envelope of the journal, too, after the reaction is gone', () => {
    expect(decodeEnvelope(envelope({ type: 'OrderShipped' }), catalog)).toEqual({ kind: 'ignored', type: 'OrderShipped' });
  });
});

describe('one canonical reading', () => {
  test('the last of two equal keys counts', () => {
    expect(read(withData('{"orderId":"a","cents":1,"orderId":"b"}')).message.data).toEqual({ orderId: 'b', cents: 1 });
  });
  test('−0 is 0', () => {
    expect(Object.is((read(withData('{"orderId":"a","cents":-0}')).message.data as { cents: number }).cents, 0)).toBe(true);
  });
  test('half a surrogate pair is data like any other', () => {
    expect(read(withData('{"orderId":"\\ud83d","cents":1}')).message.data).toEqual({ orderId: '\ud83d', cents: 1 });
  });
});
