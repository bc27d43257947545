import { describe, expect, test } from 'vitest';
import shop from '../../functions/choreography.ts';
import { isChoreographyError } from '../../lib/contract/errors.ts';
import { checkManifests } from '../../lib/topology/check.ts';
import { createGraph } from '../../lib/topology/graph.ts';
import { manifestOf } from '../../lib/topology/manifest.ts';
import { manifest, texts } from './manifests.ts';

const order = manifest('order', { placeOrder: { command: 'PlaceOrder', emits: ['OrderPlaced@2'], undoneBy: ['PaymentFailed'] } });
const payment = manifest('payment', {
  chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], fails: ['PaymentFailed'], tellsGivingUp: true },
});

describe('the graph', () => {
  test('joins the manifests of several repositories', () => {
    const { services, messages } = createGraph([order, payment]);
    expect(services.map(({ name, reactions }) => [name, reactions])).toEqual([
      ['order', ['order.placeOrder']],
      ['payment', ['payment.chargePayment']],
    ]);
    expect(messages.find(({ type }) => type === 'OrderPlaced')).toEqual({
      type: 'OrderPlaced',
      kind: 'event',
      version: 2,
      emittedBy: [{ service: 'order', reaction: 'order.placeOrder', as: 'emits', version: 2 }],
      consumedBy: [{ service: 'payment', reaction: 'payment.chargePayment', as: 'on', version: 1 }],
      after: [],
    });
    expect(messages.find(({ type }) => type === 'PaymentFailed')).toMatchObject({
      emittedBy: [{ reaction: 'payment.chargePayment', as: 'fails' }],
      consumedBy: [{ reaction: 'order.placeOrder', as: 'compensation' }],
    });
    expect(messages.find(({ type }) => type === 'PlaceOrder')).toMatchObject({ kind: 'command', emittedBy: [{ as: 'caller' }] });
  });

  test('is plain data', () => {
    const graph = createGraph(shop.services.map(manifestOf));
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
  });

  test('takes one manifest of a service', () => {
    let code: unknown;
    try {
      createGraph([order, order]);
    } catch (error) {
      code = isChoreographyError(error) ? `${error.code} ${error.message}` : error;
    }
    expect(code).toBe('DUPLICATE Two manifests belong to the service order; give the newer one, or another name to one of the services.');
  });
});

describe('services of other repositories', () => {
  test('take part by the manifests that are deployed', () => {
    expect(texts('MESSAGE_NOT_EMITTED', [payment])).toHaveLength(1);
    expect(texts('MESSAGE_NOT_EMITTED', [payment], { deployed: [order] })).toEqual([]);
  });

  test('are replaced by what is checked', () => {
    const silent = manifest('order', { placeOrder: { command: 'PlaceOrder' } });
    expect(texts('MESSAGE_NOT_EMITTED', [payment, order], { deployed: [silent] })).toEqual([]);
    expect(texts('MESSAGE_NOT_EMITTED', [payment, silent], { deployed: [order] })).toHaveLength(1);
  });
});

describe('messages of other systems', () => {
  test('come from outside and go there', () => {
    const external = { emits: ['OrderPlaced'], consumes: ['PaymentCharged', 'PaymentFailed'] };
    expect(texts('MESSAGE_NOT_EMITTED', [payment], { external })).toEqual([]);
    expect(texts('EVENT_NOT_CONSUMED', [payment])).toHaveLength(2);
    expect(texts('EVENT_NOT_CONSUMED', [payment], { external })).toEqual([]);
  });

  test('that answer one of ours go on with its saga', () => {
    const wait = manifest('order', {
      placeOrder: { command: 'PlaceOrder', emits: ['PaymentRequested'], undoneBy: ['PaymentRefused'] },
      shipOrder: { on: ['PaymentGranted'], emits: ['OrderShipped'], fails: ['ShippingFailed'], undoneBy: ['OrderReturned'] },
    });
    const half = (after?: readonly string[]) =>
      checkManifests([wait], {
        external: { emits: ['PaymentGranted', 'PaymentRefused', 'OrderReturned'].map((type) => (after ? { type, after } : { type })) },
      })
        .findings.filter(({ code }) => code === 'SAGA_HALF_DONE')
        .map(({ path }) => path);
    expect(half(['PaymentRequested'])).toContain('order.placeOrder.compensation.on.ShippingFailed');
    expect(half()).not.toContain('order.placeOrder.compensation.on.ShippingFailed'); // nobody says that it is one saga
  });

  test('that answer one of ours go on with its saga, too, if their inbound says so', () => {
    const half = (...inbound: readonly string[]) => {
      const wait = manifest(
        'order',
        {
          placeOrder: { command: 'PlaceOrder', emits: ['PaymentRequested'], undoneBy: ['PaymentRefused'] },
          shipOrder: { on: ['PaymentGranted'], emits: ['OrderShipped'], fails: ['ShippingFailed'], undoneBy: ['PaymentRefused'] },
        },
        { inbound: [...inbound, 'PaymentRefused answers PaymentRequested'] },
      );
      return checkManifests([wait])
        .findings.filter(({ code }) => code === 'SAGA_HALF_DONE')
        .map(({ path }) => path);
    };
    const path = 'order.placeOrder.compensation.on.ShippingFailed';
    expect(half('PaymentGranted answers PaymentRequested')).toContain(path);
    expect(half('PaymentGranted')).not.toContain(path);
    // One way in of two begins sagas of its own, which are to be proved.
    expect(half('PaymentGranted answers PaymentRequested', 'PaymentGranted')).not.toContain(path);
  });
});
