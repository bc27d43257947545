import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventType } from '../../../lib/contract/message-type.ts';
import { buildCatalog } from '../../../lib/runtime/message/catalog.ts';
import { decode } from '../../../lib/runtime/message/decode.ts';
import { createEnvelope } from '../../../lib/runtime/message/envelopes.ts';
import { envelope, payment, schemaOf } from './sample.ts';

const catalog = buildCatalog(payment);
const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.jsonValue().map((value) => JSON.stringify(value)),
);
const hostile = fc.constantFrom('__proto__', 'toString', '', '\ud800', '[[[[', '\u0000', 1e300, -1, null, true, [], {}, 'x'.repeat(300));

test('decode never throws, whatever the text', () => {
  fc.assert(
    fc.property(anything, (text) => {
      expect(['message', 'ignored', 'malformed']).toContain(decode(text, catalog).kind);
    }),
    { numRuns: 500 },
  );
});

test('decode never throws on an envelope with anything in any attribute', () => {
  const attributes = fc.constantFrom(...Object.keys(envelope()), 'traceparent', 'replayid', 'more');
  fc.assert(
    fc.property(fc.dictionary(attributes, fc.oneof(hostile, fc.jsonValue()), { maxKeys: 3 }), (overrides) => {
      expect(['message', 'ignored', 'malformed']).toContain(decode(JSON.stringify(envelope(overrides)), catalog).kind);
    }),
    { numRuns: 1_000 },
  );
});

test('decode never throws on a good message with one character changed', () => {
  const text = JSON.stringify(envelope());
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ unit: 'binary', maxLength: 2 }), (at, other) => {
      expect(['message', 'ignored', 'malformed']).toContain(decode(text.slice(0, at) + other + text.slice(at + 1), catalog).kind);
    }),
    { numRuns: 500 },
  );
});

test('what can be emitted can be read: the limits of both agree', () => {
  const Open = eventType<'PaymentRequested', unknown>({
    type: 'PaymentRequested',
    version: 3,
    subject: 'orderId',
    schema: schemaOf('PaymentRequested', 3),
  });
  const head = { id: 'e', source: 'order', time: '2026-01-01T00:00:00.000Z', correlationid: 's', causationid: 'c', hops: 0 };
  const good = { orderId: 'o', cents: 1 };
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
  const sizes = fc.record({
    levels: fc.integer({ min: 55, max: 66 }),
    elements: fc.constantFrom(0, 49_850, 49_930, 49_980, 50_000),
    bytes: fc.constantFrom(0, 261_500, 261_800, 262_200),
  });
  const accepted = (data: unknown) => {
    try {
      return JSON.stringify(createEnvelope(Open, data, head));
    } catch {
      return undefined;
    }
  };
  let emitted = 0;
  fc.assert(
    fc.property(sizes, ({ levels, elements, bytes }) => {
      const wire = accepted({
        ...good,
        deep: deep(levels),
        many: new Array(elements).fill(0),
        text: 'x'.repeat(elements === 0 ? bytes : 0),
      });
      if (wire === undefined) return;
      emitted += 1;
      expect(decode(wire, catalog).kind).toBe('message');
    }),
    { numRuns: 60 },
  );
  expect(emitted).toBeGreaterThan(0); // some 13 of them; with chance in it, six or more is not certain
});
