// The ways through a choreography as sequence diagrams.
import { expect, test } from 'vitest';
import { createGraph } from '../../lib/topology/graph.ts';
import type { ServiceManifest } from '../../lib/topology/manifest.ts';
import { sequenceDiagrams } from '../../lib/topology/mermaid/sequence.ts';
import type { OutsideSystems } from '../../lib/topology/outside.ts';
import { manifest } from './manifests.ts';

/** Each way: how it is called, and its lines without lanes. */
function ways(manifests: readonly ServiceManifest[], outside?: OutsideSystems): Readonly<Record<string, readonly string[]>> {
  const all = sequenceDiagrams(createGraph(manifests, outside)).map(({ root, service = '-', failure = 'well', text }) => {
    const lines = text.split('\n').filter((line) => /^ {2}(?!participant)/.test(line));
    return [`${root} ${service} ${failure}`, lines.map((line) => line.trim().replaceAll('p_', ''))] as const;
  });
  return Object.fromEntries(all);
}

const order = {
  importOrder: { on: ['OrderImported'], emits: ['PaymentRequested'], undoneBy: ['PaymentRefused'] },
  shipOrder: { on: ['PaymentGranted'], emits: ['OrderShipped'] },
};

test('a saga that an inbound begins is drawn, in the service whose inbound it is', () => {
  const others = manifest('search', { noteOrder: { on: ['OrderImported', 'PaymentRequested'] } });
  expect(ways([manifest('order', order, { inbound: ['OrderImported'] }), others])).toEqual({
    'OrderImported order well': [
      'outside->>order: OrderImported',
      'Note over order: importOrder',
      'order->>search: PaymentRequested',
      'Note over search: noteOrder',
    ],
  });
});

test('a message that is only noted down begins no way', () => {
  expect(ways([manifest('search', { noteOrder: { on: ['OrderImported'] } }, { inbound: ['OrderImported'] })])).toEqual({});
});

test('an answer from outside goes on with the saga, and one that undoes is a way of its own', () => {
  const outside = {
    emits: ['OrderImported', ...['PaymentGranted', 'PaymentRefused'].map((type) => ({ type, after: ['PaymentRequested'] }))],
  };
  const begin = ['outside->>order: OrderImported', 'Note over order: importOrder'];
  expect(ways([manifest('order', order)], outside)).toEqual({
    'OrderImported - well': [...begin, 'outside->>order: PaymentGranted', 'Note over order: shipOrder'],
    'OrderImported - PaymentRefused': [...begin, 'outside->>order: PaymentRefused', 'Note over order: undo importOrder'],
  });
});

test('a deadline that fails is a way of its own, drawn from the timer on; a failure that comes in time as well is drawn in time', () => {
  const begin = {
    placeOrder: { command: 'PlaceOrder', emits: ['OrderPlaced'], schedules: ['TimePassed'], undoneBy: ['OrderExpired', 'OrderLost'] },
  };
  const late = { endOrder: { on: ['TimePassed'], fails: ['OrderExpired', 'OrderLost'] } };
  const inTime = { checkOrder: { on: ['OrderPlaced'], fails: ['OrderLost'] } };
  const all = ways([manifest('order', { ...begin, ...late }), manifest('check', inTime)]);
  expect(all['PlaceOrder - OrderExpired']).toEqual([
    'caller->>order: PlaceOrder',
    'Note over order: placeOrder',
    'deadline->>order: TimePassed',
    'Note over order: endOrder fails',
    'order->>order: OrderExpired',
    'Note over order: undo placeOrder',
  ]);
  expect(all['PlaceOrder - OrderLost']).toContain('Note over check: checkOrder fails');
  expect(Object.keys(all)).toEqual(['PlaceOrder - well', 'PlaceOrder - OrderExpired', 'PlaceOrder - OrderLost']);
});
