// What the checks say of a deploy, beside what is deployed.
import { expect, test } from 'vitest';
import { readManifest } from '../../lib/topology/read-manifest.ts';
import { type Broken, manifest, texts } from './manifests.ts';

const placeOrder = { command: 'PlaceOrder', emits: ['OrderPlaced'] };

const broken: readonly Broken[] = [
  {
    what: 'a step with another name',
    code: 'REACTION_RENAMED',
    manifests: [manifest('order', { openOrder: { ...placeOrder, undoneBy: ['OrderExpired'] } })],
    options: { deployed: [manifest('order', { placeOrder: { ...placeOrder, undoneBy: ['OrderExpired'] } })] },
    says: [
      [
        'error REACTION_RENAMED at order.openOrder',
        '  `placeOrder` in `order` is now called `openOrder`: claims are kept by that name, so redelivered messages run again, and what `placeOrder` did is no longer undone.',
        '  → Keep the name `placeOrder`; it is stored.',
      ],
    ],
  },
  {
    what: 'a reaction with another name',
    code: 'REACTION_RENAMED',
    manifests: [manifest('order', { openOrder: placeOrder })],
    options: { deployed: [manifest('order', { placeOrder })] },
    says: [
      [
        'error REACTION_RENAMED at order.openOrder',
        '  `placeOrder` in `order` is now called `openOrder`: claims are kept by that name, so redelivered messages run again.',
        '  → Keep the name `placeOrder`; it is stored.',
      ],
    ],
  },
  {
    what: 'a reaction that is gone',
    code: 'REACTION_REMOVED',
    manifests: [manifest('order', { placeOrder })],
    options: { deployed: [manifest('order', { placeOrder, mailOrder: { on: ['OrderPlaced'] } })] },
    says: [
      [
        'information REACTION_REMOVED at order.mailOrder',
        '  `mailOrder` in `order` is deployed, but no longer in the code: OrderPlaced does nothing there from now on, and its dead letters cannot be redriven.',
        '  → Nothing, if that is intended.',
      ],
    ],
  },
  {
    what: 'a step that is gone',
    code: 'STEP_REMOVED',
    manifests: [manifest('order', { placeOrder })],
    options: { deployed: [manifest('order', { placeOrder, bookOrder: { on: ['OrderPlaced'], undoneBy: ['OrderExpired'] } })] },
    says: [
      [
        'error STEP_REMOVED at order.bookOrder',
        '  `bookOrder` in `order` is deployed, but no longer in the code: finished steps of running sagas can no longer be undone.',
        '  → Keep it until its sagas have ended, while nobody emits what it reacts to; then allow the finding with that reason.',
      ],
    ],
  },
  {
    what: 'a reaction that becomes a step',
    code: 'CLAIM_CHANGED',
    manifests: [manifest('order', { placeOrder: { ...placeOrder, undoneBy: ['OrderExpired'] } })],
    options: { deployed: [manifest('order', { placeOrder })] },
    says: [
      [
        'error CLAIM_CHANGED at order.placeOrder.compensation',
        '  `placeOrder` in `order` gets a compensation: with one it is claimed once per saga, without one once per message, so redelivered messages run again.',
        '  → Give the new reaction another name and leave the old one until its messages and sagas have ended; or allow the finding with a reason.',
      ],
    ],
  },
  {
    what: 'a step that becomes a reaction',
    code: 'CLAIM_CHANGED',
    manifests: [manifest('order', { placeOrder })],
    options: { deployed: [manifest('order', { placeOrder: { ...placeOrder, undoneBy: ['OrderExpired'] } })] },
    says: [
      [
        'error CLAIM_CHANGED at order.placeOrder.compensation',
        '  `placeOrder` in `order` loses its compensation: with one it is claimed once per saga, without one once per message, so redelivered messages run again, and finished steps are no longer undone.',
        '  → Give the new reaction another name and leave the old one until its messages and sagas have ended; or allow the finding with a reason.',
      ],
    ],
  },
];

test.each(broken)('$code: $what', ({ code, manifests, options, says }) => {
  expect(texts(code, manifests, options)).toEqual(says.map((lines) => lines.join('\n')));
});

test('a manifest is taken as it was written', () => {
  const written = manifest('order', { placeOrder });
  expect(readManifest('order', JSON.parse(JSON.stringify(written)))).toEqual(written);
});

test.each([
  ['another version', { ...manifest('order', {}), manifestVersion: 2 }, 'it has version 2, but only 1 is supported'],
  ['no object', null, 'it has version none, but only 1 is supported'],
  ['another service', manifest('payment', {}), 'it says that it belongs to "payment"'],
  ['no list of reactions', { ...manifest('order', {}), reactions: undefined }, 'some of its lists are missing'],
])('a manifest of %s is refused', (_, value, why) => {
  const message = `The manifest of the service order cannot be read: ${why}. Deploy the service again, or use the version of aws-choreography that it was deployed with.`;
  expect(() => readManifest('order', value)).toThrow(expect.objectContaining({ code: 'MANIFEST_UNREADABLE', message }));
});
