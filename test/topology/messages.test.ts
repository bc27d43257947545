// What the checks say of messages: who emits them, who takes them, in which version and in which order.
import { describe, expect, test } from 'vitest';
import { readSchemas } from '../../lib/schema/read.ts';
import type { Contracts } from '../../lib/topology/check-input.ts';
import type { OutsideSystems } from '../../lib/topology/outside.ts';
import { type Broken, manifest, texts } from './manifests.ts';

const schemas = await readSchemas('schemas');
const reader = { consumer: 'inventory', reaction: 'reserveInventory', message: 'OrderPlaced', version: 2 } as const;
const placeOrder = { command: 'PlaceOrder', emits: ['OrderPlaced'] };

/** A chain of so many reactions after the first one. */
function relay(length: number) {
  const steps = Array.from({ length }, (_, index) => [
    `step${index + 1}`,
    { on: [`Step${index}Passed`], emits: [`Step${index + 1}Passed`] },
  ]);
  const end = { on: [`Step${length}Passed`] };
  return manifest('relay', { begin: { command: 'BeginRelay', emits: ['Step0Passed'] }, ...Object.fromEntries(steps), end });
}

const broken: readonly Broken[] = [
  {
    what: 'events that set each other off',
    code: 'EVENT_CYCLE',
    manifests: [
      manifest('order', { placeOrder, retryOrder: { on: ['PaymentDue'], emits: ['OrderPlaced'] } }),
      manifest('payment', {
        chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'] },
        remindPayment: { on: ['PaymentCharged'], emits: ['PaymentDue'] },
      }),
    ],
    says: [
      [
        'error EVENT_CYCLE at payment.chargePayment',
        '  OrderPlaced leads back to itself: OrderPlaced → payment.chargePayment → PaymentCharged → payment.remindPayment → PaymentDue → order.retryOrder → OrderPlaced.',
        '  → Take one of these reactions off the cycle, or let it emit an event of its own that nobody on the cycle reacts to. If the cycle is intended and something ends it, allow the finding with that reason.',
      ],
    ],
  },
  {
    what: 'an undo that sets itself off',
    code: 'EVENT_CYCLE',
    manifests: [
      manifest('order', { placeOrder }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], undoneBy: ['OrderCancelled'], undoEmits: ['PaymentRefunded'] } }),
      manifest('audit', { noteRefund: { on: ['PaymentRefunded'], emits: ['OrderCancelled'] } }),
    ],
    says: [
      [
        'error EVENT_CYCLE at payment.chargePayment.compensation',
        '  OrderCancelled leads back to itself: OrderCancelled → payment.chargePayment (undo) → PaymentRefunded → audit.noteRefund → OrderCancelled.',
        '  → Take one of these reactions off the cycle, or let it emit an event of its own that nobody on the cycle reacts to. If the cycle is intended and something ends it, allow the finding with that reason.',
      ],
    ],
  },
  {
    what: 'a reaction that hears itself',
    code: 'EVENT_CYCLE',
    manifests: [manifest('order', { placeOrder, copyOrder: { on: ['OrderPlaced'], emits: ['OrderPlaced'] } })],
    says: [
      [
        'error EVENT_CYCLE at order.copyOrder',
        '  OrderPlaced leads back to itself: OrderPlaced → order.copyOrder → OrderPlaced.',
        '  → Take one of these reactions off the cycle, or let it emit an event of its own that nobody on the cycle reacts to. If the cycle is intended and something ends it, allow the finding with that reason.',
      ],
    ],
  },
  {
    what: 'services that hear each other',
    code: 'SERVICE_CYCLE',
    manifests: [
      manifest('order', { placeOrder, completeOrder: { on: ['PaymentCharged'] } }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'] } }),
    ],
    says: [
      [
        'information SERVICE_CYCLE at order',
        "  order and payment react to each other's events. That alone does not bring an event back to where it began.",
        '  → Nothing, as long as each can be deployed alone.',
      ],
    ],
  },
  {
    what: 'an event that nobody takes',
    code: 'EVENT_NOT_CONSUMED',
    manifests: [manifest('order', { placeOrder })],
    says: [
      [
        'information EVENT_NOT_CONSUMED at order.placeOrder.emits.OrderPlaced',
        '  Nobody reacts to OrderPlaced, which order.placeOrder may emit.',
        '  → Nothing, if it is meant for future consumers. If its consumers are elsewhere, name it in `external.consumes`. Otherwise stop emitting it.',
      ],
    ],
  },
  {
    what: 'an event that only comes in',
    code: 'EVENT_NOT_CONSUMED',
    manifests: [manifest('order', { placeOrder: { command: 'PlaceOrder' } }, { inbound: ['OrderImported'] })],
    says: [
      [
        'information EVENT_NOT_CONSUMED at order.inbound.OrderImported',
        '  Nobody reacts to OrderImported, which an inbound of order may emit.',
        '  → Nothing, if it is meant for future consumers. If its consumers are elsewhere, name it in `external.consumes`. Otherwise stop emitting it.',
      ],
    ],
  },
  {
    what: 'an event that comes from elsewhere as well',
    code: 'EVENT_NOT_CONSUMED',
    manifests: [manifest('order', { placeOrder })],
    options: { external: { emits: ['OrderPlaced'] } },
    says: [
      [
        'information EVENT_NOT_CONSUMED at order.placeOrder.emits.OrderPlaced',
        '  Nobody reacts to OrderPlaced, which order.placeOrder and another system may emit.',
        '  → Nothing, if it is meant for future consumers. If its consumers are elsewhere, name it in `external.consumes`. Otherwise stop emitting it.',
      ],
    ],
  },
  {
    what: 'a timer that nobody takes',
    code: 'TIMER_NOT_CONSUMED',
    manifests: [manifest('order', { placeOrder: { command: 'PlaceOrder', schedules: ['OrderDeadlinePassed'] } })],
    says: [
      [
        'warning TIMER_NOT_CONSUMED at order.placeOrder.schedules.OrderDeadlinePassed',
        '  Nobody reacts to OrderDeadlinePassed, which order.placeOrder schedules: when it is due, nothing happens.',
        '  → React to OrderDeadlinePassed, or stop scheduling it.',
      ],
    ],
  },
  {
    what: 'triggers that nobody emits',
    code: 'MESSAGE_NOT_EMITTED',
    manifests: [manifest('payment', { chargePayment: { on: ['InventoryReserved'], undoneBy: ['ShipmentFailed'] } })],
    says: [
      [
        'warning MESSAGE_NOT_EMITTED at payment.chargePayment.compensation.on.ShipmentFailed',
        '  `chargePayment` in `payment` is undone by ShipmentFailed, which nobody emits.',
        '  → Emit ShipmentFailed somewhere, correct the name, or say in `external.emits` that it comes from elsewhere.',
      ],
      [
        'warning MESSAGE_NOT_EMITTED at payment.chargePayment.on.InventoryReserved',
        '  `chargePayment` in `payment` reacts to InventoryReserved, which nobody emits.',
        '  → Emit InventoryReserved somewhere, correct the name, or say in `external.emits` that it comes from elsewhere.',
      ],
    ],
  },
  {
    what: 'a trigger that an inbound hands to another service',
    code: 'MESSAGE_NOT_EMITTED',
    manifests: [
      manifest('search', { projectOrders: { on: ['OrderPlaced'] } }, { inbound: ['OrderPlaced'] }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'] } }),
    ],
    says: [
      [
        'warning MESSAGE_NOT_EMITTED at payment.chargePayment.on.OrderPlaced',
        '  `chargePayment` in `payment` reacts to OrderPlaced, which comes through an inbound of `search`, and gets to `search` alone.',
        '  → React to OrderPlaced in `search`, emit an event of its own there, and take that one here; or declare the inbound here as well.',
      ],
    ],
  },
  {
    what: 'events that are taken or answered elsewhere, misspelled',
    code: 'EXTERNAL_UNKNOWN',
    manifests: [
      manifest('order', { placeOrder, finishOrder: { on: ['ParcelDelivered'] } }),
      manifest('shipping', { createShipment: { on: ['OrderPlaced'], emits: ['ShipmentCreated'] } }),
    ],
    options: {
      external: {
        emits: [{ type: 'ParcelDelivered', after: ['ShipmentCreated', 'ShipmentCreatd'] }],
        consumes: ['ShipmentCreated', 'OrderPlacd'],
      },
    },
    says: [
      [
        'warning EXTERNAL_UNKNOWN at external.consumes.OrderPlacd',
        '  `external` says that OrderPlacd is taken elsewhere, but nobody emits it.',
        '  → Correct the name, or take it out of `external`.',
      ],
      [
        'warning EXTERNAL_UNKNOWN at external.emits.ParcelDelivered.after.ShipmentCreatd',
        '  `external` says that ParcelDelivered answers ShipmentCreatd, which nobody emits: no saga goes that way.',
        '  → Correct the name, or take it out of `external`.',
      ],
    ],
  },
  {
    what: 'an event that an inbound is said to answer, misspelled',
    code: 'EXTERNAL_UNKNOWN',
    manifests: [
      manifest('order', { placeOrder, finishOrder: { on: ['ParcelDelivered'] } }, { inbound: ['ParcelDelivered answers OrderPlacd'] }),
    ],
    says: [
      [
        'warning EXTERNAL_UNKNOWN at order.inbound.ParcelDelivered.answers.OrderPlacd',
        '  The inbound ParcelDelivered of `order` answers OrderPlacd, which nobody emits: no saga goes that way.',
        '  → Emit OrderPlacd somewhere, or take it out of `answers`.',
      ],
    ],
  },
  {
    what: 'a command with two owners',
    code: 'COMMAND_OWNED_TWICE',
    manifests: [manifest('order', { placeOrder }), manifest('billing', { openInvoice: { command: 'PlaceOrder' } })],
    says: [
      [
        'error COMMAND_OWNED_TWICE at billing.openInvoice.on.PlaceOrder',
        '  The command PlaceOrder has 2 owners: order.placeOrder and billing.openInvoice. A caller waits for one answer.',
        '  → Keep PlaceOrder in one of them; let the others react to the event that it emits.',
      ],
    ],
  },
  {
    what: 'a command without an owner',
    code: 'COMMAND_WITHOUT_OWNER',
    manifests: [manifest('order', { cancelOrder: { command: 'CancelOrder' } })],
    options: { contracts: { schemas } },
    says: [
      [
        'warning COMMAND_WITHOUT_OWNER at PlaceOrder',
        '  The command PlaceOrder has a schema, but no reaction takes it: whoever sends it gets no answer.',
        '  → Write a reaction to PlaceOrder, give the manifest of the service that has one, or remove the schema.',
      ],
    ],
  },
  {
    what: 'a long chain',
    code: 'CHAIN_LONG',
    manifests: [relay(16)],
    says: [
      [
        'warning CHAIN_LONG at relay.end.on.Step16Passed',
        '  Step16Passed comes to `end` in `relay` after 17 reactions in a row; the limit is 32: BeginRelay → Step0Passed → Step1Passed → Step2Passed → Step3Passed → … → Step12Passed → Step13Passed → Step14Passed → Step15Passed → Step16Passed.',
        '  → Let services react to an earlier event in parallel instead of one after the other, or start a new saga with a command on the way.',
      ],
    ],
  },
  {
    what: 'a chain beyond the limit',
    code: 'CHAIN_TOO_LONG',
    manifests: [relay(32)],
    says: [
      [
        'error CHAIN_TOO_LONG at relay.end.on.Step32Passed',
        '  Step32Passed comes to `end` in `relay` after 33 reactions in a row, more than 32: it is a dead letter HOP_LIMIT there: BeginRelay → Step0Passed → Step1Passed → Step2Passed → Step3Passed → … → Step28Passed → Step29Passed → Step30Passed → Step31Passed → Step32Passed.',
        '  → Let services react to an earlier event in parallel instead of one after the other, or start a new saga with a command on the way.',
      ],
    ],
  },
  {
    what: 'an older version without an upcast',
    code: 'VERSION_NOT_LIFTED',
    manifests: [
      manifest('order', { placeOrder }),
      manifest('inventory', { reserveInventory: { on: ['OrderPlaced@3'] } }, { lifts: ['OrderPlaced@2'] }),
    ],
    says: [
      [
        'error VERSION_NOT_LIFTED at inventory.reserveInventory.on.OrderPlaced',
        '  `order` emits OrderPlaced version 1 and `inventory` knows version 3, without an upcast from version 1: those that do not meet version 2 as they are become dead letters NO_UPCAST here.',
        '  → Add defineUpcast(OrderPlacedV1, …) to `upcasts` of `inventory`. Or give the checks the schemas of both versions (`contracts`): they may show that all of them fit.',
      ],
    ],
  },
  {
    what: 'an older version of which there is a schema, and which nobody writes any more',
    code: 'UPCAST_MISSING',
    manifests: [
      manifest('order', {
        placeOrder: { command: 'PlaceOrder@2', emits: ['OrderPlaced@2'] },
        loseOrder: { on: ['ShipmentCreated'], undoneBy: ['OrderPlaced@2'] },
      }),
      manifest('inventory', { reserveInventory: { on: ['OrderPlaced@2'] } }, { lifts: ['OrderPlaced@1'] }),
      manifest('search', { projectOrders: { on: ['OrderPlaced@2'] } }),
    ],
    options: { contracts: { schemas }, deployed: [manifest('loyalty', { countOrders: { on: ['OrderPlaced@2'] } })] },
    says: [
      [
        'warning UPCAST_MISSING at order.loseOrder.compensation.on.OrderPlaced',
        '  `order` knows OrderPlaced version 2 and has no upcast from version 1. Of old events, those that do not meet version 2 as they are (required-added at /currency) become dead letters NO_UPCAST here.',
        '  → Add defineUpcast(OrderPlacedV1, …) to `upcasts` of `order`. If no such event is left, allow this finding with that as the reason.',
      ],
      [
        'warning UPCAST_MISSING at search.projectOrders.on.OrderPlaced',
        '  `search` knows OrderPlaced version 2 and has no upcast from version 1. Of old events, those that do not meet version 2 as they are (required-added at /currency) become dead letters NO_UPCAST here.',
        '  → Add defineUpcast(OrderPlacedV1, …) to `upcasts` of `search`. If no such event is left, allow this finding with that as the reason.',
      ],
    ],
  },
  {
    what: 'a newer version',
    code: 'VERSION_AHEAD',
    manifests: [
      manifest('order', { placeOrder: { command: 'PlaceOrder', emits: ['OrderPlaced@2'] } }),
      manifest('inventory', { reserveInventory: { on: ['OrderPlaced'] } }),
    ],
    says: [
      [
        'warning VERSION_AHEAD at inventory.reserveInventory.on.OrderPlaced',
        '  `order` emits OrderPlaced version 2 and `inventory` knows version 1: messages that do not also match version 1 wait until `inventory` is deployed with version 2.',
        '  → Generate the types of `inventory` from the newer schema.',
      ],
    ],
  },
  {
    what: 'fields that the producer does not have',
    code: 'FIELD_NOT_PRODUCED',
    manifests: [
      manifest('order', { placeOrder: { command: 'PlaceOrder', emits: ['OrderPlaced@2'] } }),
      manifest('inventory', { reserveInventory: { on: ['OrderPlaced@2'] } }),
      manifest('search', { projectOrders: { on: ['OrderPlaced@2'] } }, { inbound: ['OrderPlaced@2'] }), // nobody else gets that one
    ],
    options: {
      contracts: {
        schemas,
        reads: [
          { ...reader, path: '/orderId', type: 'string' },
          { ...reader, path: '/items/*/quantity', type: 'number' },
          { ...reader, path: '/items/*/weight', type: 'number' },
          { ...reader, path: '/currency', type: 'number' },
        ],
      },
    },
    says: [
      [
        'error FIELD_NOT_PRODUCED at inventory.reserveInventory.OrderPlaced',
        '  `inventory` reads /items/*/weight as number and /currency as number of OrderPlaced, which version 2 does not have; `order` can emit that one.',
        '  → Add the field in a new version of OrderPlaced, or read a field that exists.',
      ],
    ],
  },
  {
    what: 'messages whose order matters on the bus',
    code: 'ORDER_NOT_KEPT',
    manifests: [
      manifest('order', { placeOrder, completeOrder: { on: ['OrderPlaced'], emits: ['OrderCompleted'] } }),
      manifest('search', { projectOrders: { on: ['OrderPlaced', 'OrderCompleted'] } }, { source: 'bus' }),
    ],
    says: [
      [
        'information ORDER_NOT_KEPT at search.projectOrders.on',
        '  `projectOrders` in `search` takes its messages from the bus, which keeps no order: OrderCompleted may arrive before OrderPlaced.',
        '  → Throw while what it needs is not known yet, so that the message is retried, or let the service read the stream.',
      ],
    ],
  },
  {
    what: 'names',
    code: 'INVALID_NAME',
    manifests: [manifest('Order', { PlaceOrder: { command: 'orderPlaced', emits: ['placeOrder'] } })],
    says: [
      [
        'error INVALID_NAME at Order',
        '  The service "Order" is not a good name: use lower case letters, digits and hyphens, for example order-history.',
        '  → Rename it before others use it.',
      ],
      [
        'error INVALID_NAME at Order.PlaceOrder',
        '  The reaction "PlaceOrder" is not a good name: use letters and digits in camelCase, for example reserveInventory.',
        '  → Rename it before others use it.',
      ],
      [
        'error INVALID_NAME at orderPlaced',
        '  The command "orderPlaced" is not a good name: a command says what to do, as a verb and a noun in PascalCase, for example PlaceOrder.',
        '  → Rename it before others use it.',
      ],
      [
        'error INVALID_NAME at placeOrder',
        '  The event "placeOrder" is not a good name: an event says what happened, as a noun and a verb in the past in PascalCase, for example OrderPlaced.',
        '  → Rename it before others use it.',
      ],
    ],
  },
];

test.each(broken)('$code: $what', ({ code, manifests, options, says }) => {
  expect(texts(code, manifests, options)).toEqual(says.map((lines) => lines.join('\n')));
});

test('CHAIN_TOO_LONG: every chain is found, so that one which is allowed hides no other', () => {
  const [one] = [relay(33)];
  const other = manifest('courier', {
    carry: { on: ['Step30Passed'], emits: ['ParcelCarried'] },
    hand: { on: ['ParcelCarried'], emits: ['ParcelHanded'] },
    note: { on: ['OrderPlaced', 'Step33Passed'], undoneBy: ['ParcelHanded'] },
  });
  const paths = texts('CHAIN_TOO_LONG', [one, other]).map((text) => text.split('\n')[0]);
  expect(paths).toEqual([
    'error CHAIN_TOO_LONG at courier.note.compensation.on.ParcelHanded',
    'error CHAIN_TOO_LONG at relay.end.on.Step33Passed',
  ]);
});

test('EVENT_NOT_CONSUMED: not where another system answers the event', () => {
  const placed = 'information EVENT_NOT_CONSUMED at order.placeOrder.emits.OrderPlaced';
  const order = manifest('order', { placeOrder: { command: 'PlaceOrder', emits: ['OrderPlaced'] } });
  const found = (inbound: string, external: OutsideSystems = {}) =>
    texts('EVENT_NOT_CONSUMED', [order, manifest('import', { note: { on: ['OrderImported'] } }, { inbound: [inbound] })], {
      external,
    }).map((text) => text.split('\n')[0]);
  expect(found('OrderImported')).toEqual([placed]);
  expect(found('OrderImported answers OrderPlaced')).toEqual([]);
  expect(found('OrderImported', { emits: [{ type: 'OrderImported', after: ['OrderPlaced'] }] })).toEqual([]);
});

test('ORDER_NOT_KEPT: not where a command comes first, which does not come by the bus', () => {
  const basket = (first: object) => [
    manifest('basket', { placeOrder: { ...first, emits: ['OrderPlaced'], undoneBy: ['OrderRejected'] } }, { source: 'bus' }),
    manifest('stock', { reserve: { on: ['OrderPlaced'], fails: ['OrderRejected'] } }),
  ];
  expect(texts('ORDER_NOT_KEPT', basket({ on: ['OrderImported'] }))).toHaveLength(1);
  expect(texts('ORDER_NOT_KEPT', basket({ command: 'PlaceOrder' }))).toEqual([]);
});

test('UPCAST_MISSING: not where somebody writes that version still, which is an error, nor where no schema says that there is one', () => {
  const search = manifest('search', { projectOrders: { on: ['OrderPlaced@2'] } });
  const [old, current] = ['OrderPlaced', 'OrderPlaced@2'].map((emitted) => [
    manifest('order', { placeOrder: { command: 'PlaceOrder', emits: [emitted] } }),
    search,
  ]);
  const contracts = { schemas };
  expect(texts('UPCAST_MISSING', current ?? [], { contracts })).toHaveLength(1);
  expect(texts('UPCAST_MISSING', current ?? [])).toEqual([]);
  expect(texts('UPCAST_MISSING', old ?? [], { contracts })).toEqual([]);
  expect(texts('VERSION_NOT_LIFTED', old ?? [], { contracts })).toEqual([
    [
      'error VERSION_NOT_LIFTED at search.projectOrders.on.OrderPlaced',
      '  `order` emits OrderPlaced version 1 and `search` knows version 2, without an upcast from version 1: those that do not meet version 2 as they are (required-added at /currency) become dead letters NO_UPCAST here.',
      '  → Add defineUpcast(OrderPlacedV1, …) to `upcasts` of `search`.',
    ].join('\n'),
  ]);
});

describe('an older version that nothing lifts', () => {
  /** Versions of OrderPlaced, each with these required properties of an open object. */
  const versions = (...required: readonly (readonly string[])[]): Contracts => {
    const type = 'OrderPlaced';
    const sensitive: readonly string[] = [];
    const all = required.map((names, index) => {
      const schema = { type: 'object', required: names, properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) };
      return { type, version: index + 1, file: `${type}/${index + 1}.json`, text: JSON.stringify(schema), schema, sensitive };
    });
    return { schemas: { messages: [{ kind: 'event', type, versions: all }] } };
  };
  const found = (contracts: Contracts, written: number, lifts: readonly number[]) => {
    const read = contracts.schemas.messages[0]?.versions.length;
    const manifests = [
      manifest('order', { placeOrder: { command: 'PlaceOrder', emits: [`OrderPlaced@${written}`] } }),
      manifest('search', { projectOrders: { on: [`OrderPlaced@${read}`] } }, { lifts: lifts.map((version) => `OrderPlaced@${version}`) }),
    ];
    return (['VERSION_NOT_LIFTED', 'UPCAST_MISSING'] as const).flatMap((code) =>
      texts(code, manifests, { contracts }).map((text) => `${code} ${/from version \d.*version \d/.exec(text)?.[0]}`),
    );
  };
  test('is no finding where all of it is proved to meet the version that is read', () => {
    expect(found(versions(['id', 'note'], ['id']), 2, [])).toEqual([]);
    expect(found(versions(['id', 'note'], ['id']), 1, [])).toEqual([]);
    expect(found(versions(['id'], ['id', 'note']), 2, [])).toEqual([
      'UPCAST_MISSING from version 1. Of old events, those that do not meet version 2',
    ]);
    expect(found(versions(['id'], ['id', 'note']), 1, [])).toEqual(['VERSION_NOT_LIFTED from version 1: those that do not meet version 2']);
  });
  test('has to meet what the next upcast begins with, and no version in between', () => {
    expect(found(versions(['id'], ['id', 'note'], ['id']), 1, [])).toEqual([]);
    expect(found(versions(['id'], ['id', 'note'], ['id']), 1, [2])).toEqual([
      'VERSION_NOT_LIFTED from version 1: those that do not meet version 2',
    ]);
    expect(found(versions(['id', 'note'], ['id'], ['id', 'total']), 1, [2])).toEqual([]);
  });
  test('is found behind an upcast as well, and behind a version that fits', () => {
    expect(found(versions(['id'], ['id', 'note'], ['id', 'total']), 3, [1])).toEqual([
      'UPCAST_MISSING from version 2. Of old events, those that do not meet version 3',
    ]);
    expect(found(versions(['id', 'total'], ['id'], ['id', 'total']), 3, [])).toEqual([
      'UPCAST_MISSING from version 2. Of old events, those that do not meet version 3',
    ]);
  });
});
