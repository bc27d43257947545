// What the checks say of compensations, failures and deadlines.
import { expect, test } from 'vitest';
import type { ServiceManifest } from '../../lib/topology/manifest.ts';
import { type Broken, manifest, texts } from './manifests.ts';

const placeOrder = { command: 'PlaceOrder', emits: ['OrderPlaced'] };

const broken: readonly Broken[] = [
  {
    what: 'a deadline that fails beside what completes the saga; a step, what goes on and what is on the same timer are no ends',
    code: 'DEADLINE_OVERTAKEN',
    manifests: [
      manifest('order', {
        placeOrder: { ...placeOrder, schedules: ['TimePassed'], undoneBy: ['OrderExpired'] },
        checkOrder: { on: ['StockCounted'], emits: ['OrderChecked'] },
        completeOrder: { on: ['OrderPaid'], emits: ['OrderCompleted'] },
        sendGift: { on: ['OrderPaid'], emits: ['GiftSent'], undoneBy: ['OrderExpired'] },
        remindCustomer: { on: ['TimePassed'], emits: ['CustomerReminded'] },
        expireOrder: { on: ['TimePassed'], fails: ['OrderExpired'] },
      }),
      manifest('stock', { countStock: { on: ['OrderPlaced'], emits: ['StockCounted'] } }),
      manifest('payment', { takeMoney: { on: ['OrderChecked'], emits: ['OrderPaid'], undoneBy: ['OrderExpired'] } }),
    ],
    says: [
      [
        'warning DEADLINE_OVERTAKEN at order.expireOrder.fails.OrderExpired',
        '  `expireOrder` in `order` fails with OrderExpired, and so writes nothing: until OrderExpired arrives, `completeOrder` in `order` still finds the saga open and ends it, and then it is undone anyway.',
        '  → Have `expireOrder` take the saga out of its open state with tx.put, and move OrderExpired to `emits`: both are one commit.',
      ],
    ],
  },
  {
    what: 'a failure that nobody hears',
    code: 'FAILURE_NOT_HEARD',
    manifests: [
      manifest('order', {
        placeOrder: { ...placeOrder, undoneBy: ['OrderExpired'] },
        expireOrder: { on: ['OrderPlaced'], emits: ['OrderExpired'] },
      }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], fails: ['PaymentFailed'] } }),
    ],
    says: [
      [
        'warning FAILURE_NOT_HEARD at payment.chargePayment.fails.PaymentFailed',
        '  No compensation listens to PaymentFailed, with which `chargePayment` in `payment` fails; `placeOrder` in `order` can be done by then.',
        '  → Add PaymentFailed to `compensation.on` of the steps that were done before, or take it out of `fails` if nothing has to be undone.',
      ],
    ],
  },
  {
    what: 'a failure that is passed on to nobody who undoes',
    code: 'FAILURE_NOT_HEARD',
    manifests: [
      manifest('order', {
        placeOrder: { ...placeOrder, undoneBy: ['OrderExpired'] },
        expireOrder: { on: ['OrderPlaced'], emits: ['OrderExpired'] },
      }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], fails: ['PaymentFailed'] } }),
      manifest('notification', { mailCustomer: { on: ['PaymentFailed'], emits: ['MailSent'] } }),
    ],
    says: [
      [
        'warning FAILURE_NOT_HEARD at payment.chargePayment.fails.PaymentFailed',
        '  No compensation listens to PaymentFailed, with which `chargePayment` in `payment` fails; `placeOrder` in `order` can be done by then.',
        '  → Add PaymentFailed to `compensation.on` of the steps that were done before, or take it out of `fails` if nothing has to be undone.',
      ],
    ],
  },
  {
    what: 'failures where nobody has a compensation at all',
    code: 'FAILURE_NOT_HEARD',
    manifests: [
      manifest('order', { placeOrder, finishOrder: { on: ['ShipmentCreated'] } }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], callsOutside: true } }),
      manifest('search', { projectPayments: { on: ['PaymentCharged'], emits: ['PaymentListed'] } }),
      manifest('shipping', { createShipment: { on: ['PaymentCharged'], emits: ['ShipmentCreated'], fails: ['ShipmentFailed'] } }),
    ],
    says: [
      [
        'warning FAILURE_NOT_HEARD at shipping.createShipment.fails.ShipmentFailed',
        '  No compensation listens to ShipmentFailed, with which `createShipment` in `shipping` fails; `placeOrder` in `order` and `chargePayment` in `payment` can be done by then.',
        '  → Write a `compensation` on ShipmentFailed for what was done before, or take it out of `fails` if nothing has to be undone.',
      ],
    ],
  },
  {
    what: 'a reaction that gives up without a word',
    code: 'GIVE_UP_UNTOLD',
    manifests: [
      manifest('order', { placeOrder: { ...placeOrder, undoneBy: ['PaymentFailed'] } }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], fails: ['PaymentFailed'] } }),
    ],
    says: [
      [
        'information GIVE_UP_UNTOLD at payment.chargePayment.onGiveUp',
        '  When `chargePayment` in `payment` gives up, it tells nobody: `placeOrder` in `order` stays done until somebody redrives the dead letter.',
        '  → Write `onGiveUp` with tx.fail(PaymentFailed, …) if it is better to undo at once than to wait.',
      ],
    ],
  },
  {
    what: 'a reaction that gives up without a word, before the deadline is scheduled',
    code: 'GIVE_UP_UNTOLD',
    manifests: [
      manifest('order', { placeOrder: { ...placeOrder, undoneBy: ['PaymentFailed', 'ShipmentExpired'] } }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], fails: ['PaymentFailed'] } }),
      manifest('shipping', {
        createShipment: { on: ['PaymentCharged'], emits: ['ShipmentCreated'], schedules: ['ShipmentDeadlinePassed'] },
        expireShipment: { on: ['ShipmentDeadlinePassed'], emits: ['ShipmentExpired'] },
      }),
    ],
    says: [
      [
        'information GIVE_UP_UNTOLD at payment.chargePayment.onGiveUp',
        '  When `chargePayment` in `payment` gives up, it tells nobody: `placeOrder` in `order` stays done until somebody redrives the dead letter.',
        '  → Write `onGiveUp` with tx.fail(PaymentFailed, …) if it is better to undo at once than to wait.',
      ],
    ],
  },
  {
    what: 'a compensation whose trigger nobody emits',
    code: 'COMPENSATION_NEVER_RUNS',
    manifests: [manifest('order', { placeOrder: { ...placeOrder, undoneBy: ['OrderExpired'] } })],
    says: [
      [
        'error COMPENSATION_NEVER_RUNS at order.placeOrder.compensation',
        '  `placeOrder` in `order` is never undone: nobody emits the events that undo it.',
        '  → Name in `compensation.on` the failures and the deadline that can come after it, or have some service emit the events that are named there.',
      ],
    ],
  },
  {
    what: "a compensation on the step's own failure",
    code: 'COMPENSATION_NEVER_RUNS',
    manifests: [
      manifest('order', { placeOrder }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], fails: ['PaymentFailed'], undoneBy: ['PaymentFailed'] } }),
    ],
    says: [
      [
        'error COMPENSATION_NEVER_RUNS at payment.chargePayment.compensation',
        '  `chargePayment` in `payment` is never undone: PaymentFailed can never come after it was done.',
        '  → Name in `compensation.on` the failures and the deadline that can come after it, or have some service emit the events that are named there.',
      ],
    ],
  },
  {
    what: 'a trigger that leads back to the action',
    code: 'TRIGGER_RUNS_ACTION',
    manifests: [
      manifest('order', { placeOrder, retryOrder: { on: ['PaymentFailed'], emits: ['OrderPlaced'] } }),
      manifest('inventory', { reserveInventory: { on: ['OrderPlaced'], emits: ['InventoryReserved'], undoneBy: ['PaymentFailed'] } }),
      manifest('payment', { chargePayment: { on: ['InventoryReserved'], fails: ['PaymentFailed'] } }),
    ],
    says: [
      [
        'error TRIGGER_RUNS_ACTION at inventory.reserveInventory.compensation.on.PaymentFailed',
        '  PaymentFailed undoes `reserveInventory` in `inventory` and leads to the event that runs it: PaymentFailed → order.retryOrder → OrderPlaced. A step runs once per saga, so the second message becomes a dead letter STEP_TAKEN.',
        '  → Retry in a new saga: send a command instead of an event.',
      ],
    ],
  },
  {
    what: "a trigger that is the action's own",
    code: 'TRIGGER_RUNS_ACTION',
    manifests: [manifest('inventory', { reserveInventory: { on: ['OrderPlaced'], undoneBy: ['OrderPlaced'] } })],
    says: [
      [
        'error TRIGGER_RUNS_ACTION at inventory.reserveInventory.compensation.on.OrderPlaced',
        '  OrderPlaced both runs and undoes `reserveInventory` in `inventory`.',
        '  → Retry in a new saga: send a command instead of an event.',
      ],
    ],
  },
  {
    what: 'a saga without a deadline',
    code: 'SAGA_WITHOUT_DEADLINE',
    manifests: [
      manifest('order', { placeOrder: { ...placeOrder, undoneBy: ['PaymentFailed'] } }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], fails: ['PaymentFailed'] } }),
    ],
    says: [
      [
        'warning SAGA_WITHOUT_DEADLINE at order.placeOrder',
        '  The saga that PlaceOrder begins has no deadline: if an answer never arrives, `placeOrder` in `order` stays done for ever.',
        '  → Schedule an event in `placeOrder` in `order`, react to it in the same service by recording the end in its state and emitting an event, and undo the steps on that event.',
      ],
    ],
  },
  {
    what: 'a deadline that only comes after steps that wait already',
    code: 'SAGA_WITHOUT_DEADLINE',
    manifests: [
      manifest('order', { placeOrder: { ...placeOrder, undoneBy: ['PaymentFailed', 'ShipmentExpired'] } }),
      manifest('payment', {
        chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], fails: ['PaymentFailed'], undoneBy: ['ShipmentExpired'] },
      }),
      manifest('shipping', {
        createShipment: { on: ['PaymentCharged'], emits: ['ShipmentCreated'], schedules: ['ShipmentDeadlinePassed'] },
        closeShipment: { on: ['CourierConfirmed'], emits: ['ShipmentClosed'] },
        expireShipment: { on: ['ShipmentDeadlinePassed'], emits: ['ShipmentExpired'] },
      }),
      manifest('courier', { pickParcel: { on: ['ShipmentCreated'], emits: ['CourierConfirmed'] } }),
    ],
    says: [
      [
        'warning SAGA_WITHOUT_DEADLINE at order.placeOrder',
        '  The saga that PlaceOrder begins can wait without a deadline: if an answer never arrives, `placeOrder` in `order` and `chargePayment` in `payment` stay done for ever. It is not certain that `createShipment` in `shipping` has scheduled one by then.',
        '  → Schedule an event in `placeOrder` in `order`, react to it in the same service by recording the end in its state and emitting an event, and undo the steps on that event.',
      ],
    ],
  },
  {
    what: 'a deadline that has passed before a step begins to wait',
    code: 'SAGA_WITHOUT_DEADLINE',
    manifests: [
      manifest('order', {
        placeOrder: { ...placeOrder, schedules: ['PaymentDue'], undoneBy: ['PaymentFailed'] },
      }),
      manifest('payment', {
        chargePayment: { on: ['PaymentDue'], emits: ['PaymentCharged'], fails: ['PaymentFailed'], undoneBy: ['ShipmentFailed'] },
      }),
      manifest('shipping', { createShipment: { on: ['PaymentCharged'], emits: ['ShipmentCreated'], fails: ['ShipmentFailed'] } }),
    ],
    says: [
      [
        'warning SAGA_WITHOUT_DEADLINE at order.placeOrder',
        '  The saga that PlaceOrder begins has no deadline: if an answer never arrives, `chargePayment` in `payment` stays done for ever.',
        '  → Schedule an event in `placeOrder` in `order`, react to it in the same service by recording the end in its state and emitting an event, and undo the steps on that event.',
      ],
    ],
  },
  {
    what: 'a step after the deadline of the others',
    code: 'SAGA_WITHOUT_DEADLINE',
    manifests: [
      manifest('order', {
        placeOrder: { ...placeOrder, schedules: ['OrderDeadlinePassed'], undoneBy: ['OrderExpired'] },
        expireOrder: { on: ['OrderDeadlinePassed'], emits: ['OrderExpired'] },
      }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], undoneBy: ['OrderExpired'] } }),
      manifest('refund', { refundOrder: { on: ['OrderExpired'], emits: ['OrderRefunded'], undoneBy: ['RefundRefused'] } }),
      manifest('bank', { bookRefund: { on: ['OrderRefunded'], emits: ['RefundBooked'], fails: ['RefundRefused'] } }),
    ],
    says: [
      [
        'warning SAGA_WITHOUT_DEADLINE at refund.refundOrder',
        '  The saga that PlaceOrder begins can wait without a deadline: if an answer never arrives, `refundOrder` in `refund` stays done for ever.',
        '  → Schedule an event in `refundOrder` in `refund`, react to it in the same service by recording the end in its state and emitting an event, and undo the steps on that event.',
      ],
    ],
  },
  {
    what: 'undoing on a timer',
    code: 'COMPENSATES_ON_TIMER',
    manifests: [
      manifest('order', { placeOrder: { ...placeOrder, schedules: ['OrderDeadlinePassed'] } }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], undoneBy: ['OrderDeadlinePassed'] } }),
    ],
    says: [
      [
        'error COMPENSATES_ON_TIMER at payment.chargePayment.compensation.on.OrderDeadlinePassed',
        '  `chargePayment` in `payment` is undone by OrderDeadlinePassed, a timer that fires in every saga, including completed ones: order.placeOrder schedules it.',
        '  → Let the service that schedules OrderDeadlinePassed react to it, take the saga out of its open state and emit an event in the same commit; undo on that event.',
      ],
    ],
  },
  {
    what: 'undoing on a timer that somebody may emit by hand as well',
    code: 'COMPENSATES_ON_TIMER',
    manifests: [
      manifest('order', {
        placeOrder: { ...placeOrder, schedules: ['OrderDeadlinePassed'] },
        forceDeadline: { command: 'ForceDeadline', emits: ['OrderDeadlinePassed'] },
      }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], undoneBy: ['OrderDeadlinePassed'] } }),
    ],
    says: [
      [
        'error COMPENSATES_ON_TIMER at payment.chargePayment.compensation.on.OrderDeadlinePassed',
        '  `chargePayment` in `payment` is undone by OrderDeadlinePassed, a timer that fires in every saga, including completed ones: order.placeOrder schedules it.',
        '  → Let the service that schedules OrderDeadlinePassed react to it, take the saga out of its open state and emit an event in the same commit; undo on that event.',
      ],
    ],
  },
  {
    what: 'waiting for an event of an undo',
    code: 'NEEDS_UNDO_EVENT',
    manifests: [
      manifest('order', { placeOrder: { ...placeOrder, undoneBy: ['InventoryReleased'] } }),
      manifest('inventory', {
        reserveInventory: { on: ['OrderPlaced'], undoneBy: ['PaymentFailed'], undoEmits: ['InventoryReleased'] },
        closeReservation: { on: ['InventoryReleased'], emits: ['ReservationClosed'] },
      }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], fails: ['PaymentFailed'] } }),
    ],
    says: [
      [
        'warning NEEDS_UNDO_EVENT at inventory.closeReservation.on',
        '  `closeReservation` in `inventory` runs only after InventoryReleased, which an undo may emit: a step that was cancelled before it ran emits nothing when it is undone.',
        '  → React to the failure itself: other services must not wait for an undo, which may have nothing to undo.',
      ],
      [
        'warning NEEDS_UNDO_EVENT at order.placeOrder.compensation.on',
        '  `placeOrder` in `order` is undone only after InventoryReleased, which an undo may emit: a step that was cancelled before it ran emits nothing when it is undone.',
        '  → React to the failure itself: other services must not wait for an undo, which may have nothing to undo.',
      ],
    ],
  },
  {
    what: 'work that nobody can undo',
    code: 'COMPENSATION_MISSING',
    manifests: [
      manifest('order', { placeOrder: { ...placeOrder, undoneBy: ['ShipmentFailed'] } }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], callsOutside: true } }),
      manifest('shipping', { createShipment: { on: ['PaymentCharged'], fails: ['ShipmentFailed'] } }),
    ],
    says: [
      [
        'error COMPENSATION_MISSING at payment.chargePayment.compensation',
        '  After ShipmentFailed, the work of `chargePayment` in `payment` stays: it has no compensation, and no reaction there runs on them.',
        '  → Write `compensation` below `react`, on ShipmentFailed. If there is nothing to undo, allow the finding with that reason.',
      ],
    ],
  },
  {
    what: 'work in a saga that an inbound begins, which may be an answer to another',
    code: 'COMPENSATION_MISSING',
    manifests: [
      manifest(
        'import',
        { takeOrder: { on: ['OrderImported'], emits: ['OrderPlaced'], undoneBy: ['ShipmentFailed'] } },
        { inbound: ['OrderImported'] },
      ),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], callsOutside: true } }),
      manifest('shipping', { createShipment: { on: ['PaymentCharged'], fails: ['ShipmentFailed'] } }),
    ],
    says: [
      [
        'error COMPENSATION_MISSING at payment.chargePayment.compensation',
        '  After ShipmentFailed, the work of `chargePayment` in `payment` stays: it has no compensation, and no reaction there runs on them.',
        '  → Write `compensation` below `react`, on ShipmentFailed. If there is nothing to undo, allow the finding with that reason. If OrderImported goes on with a saga, say what it answers: `answers: […]` in the inbound OrderImported of `import`.',
      ],
    ],
  },
  {
    what: 'a step that does not hear a failure',
    code: 'SAGA_HALF_DONE',
    manifests: [
      manifest('order', { placeOrder: { ...placeOrder, undoneBy: ['PaymentFailed'] } }),
      manifest('inventory', { reserveInventory: { on: ['OrderPlaced'], emits: ['InventoryReserved'], undoneBy: ['ShipmentFailed'] } }),
      manifest('payment', {
        chargePayment: { on: ['InventoryReserved'], emits: ['PaymentCharged'], fails: ['PaymentFailed'], undoneBy: ['ShipmentFailed'] },
      }),
      manifest('shipping', { createShipment: { on: ['PaymentCharged'], fails: ['ShipmentFailed'] } }),
    ],
    says: [
      [
        'error SAGA_HALF_DONE at inventory.reserveInventory.compensation.on.PaymentFailed',
        '  After PaymentFailed, `reserveInventory` in `inventory` stays done: nothing there listens to PaymentFailed.',
        '    PlaceOrder comes in.',
        '    `placeOrder` in `order` succeeds with OrderPlaced.',
        '    `reserveInventory` in `inventory` succeeds with InventoryReserved.',
        '    `chargePayment` in `payment` fails with PaymentFailed.',
        '    `placeOrder` in `order` is undone.',
        '  → Add PaymentFailed to `compensation.on` of `reserveInventory`. The proof assumes that a success emits at least one event of `emits`.',
      ],
      [
        'error SAGA_HALF_DONE at order.placeOrder.compensation.on.ShipmentFailed',
        '  After ShipmentFailed, `placeOrder` in `order` stays done: nothing there listens to ShipmentFailed.',
        '    PlaceOrder comes in.',
        '    `placeOrder` in `order` succeeds with OrderPlaced.',
        '    `reserveInventory` in `inventory` succeeds with InventoryReserved.',
        '    `chargePayment` in `payment` succeeds with PaymentCharged.',
        '    `createShipment` in `shipping` fails with ShipmentFailed.',
        '    `reserveInventory` in `inventory` and `chargePayment` in `payment` are undone.',
        '  → Add ShipmentFailed to `compensation.on` of `placeOrder`. The proof assumes that a success emits at least one event of `emits`.',
      ],
    ],
  },
  {
    what: 'a failure of what is no step, after which its service may decide to do nothing',
    code: 'SAGA_HALF_DONE',
    manifests: [
      manifest('order', {
        placeOrder: { ...placeOrder, schedules: ['OrderDeadlinePassed'], undoneBy: ['OrderCancelled', 'OrderExpired'] },
        decideOrder: { on: ['PaymentFailed'], emits: ['OrderCancelled', 'OrderParked'] },
        finishOrder: { on: ['PaymentCharged'], emits: ['OrderCompleted'] },
        expireOrder: { on: ['OrderDeadlinePassed'], emits: ['OrderExpired'] },
      }),
      manifest('payment', {
        chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], fails: ['PaymentFailed'] },
        noteEnd: { on: ['OrderExpired', 'OrderCancelled'] },
      }),
    ],
    says: [
      [
        'error SAGA_HALF_DONE at order.placeOrder.compensation.on.PaymentFailed',
        '  After PaymentFailed, `placeOrder` in `order` stays done: nothing there listens to PaymentFailed.',
        '    PlaceOrder comes in.',
        '    `placeOrder` in `order` succeeds with OrderDeadlinePassed and OrderPlaced.',
        '    `chargePayment` in `payment` fails with PaymentFailed.',
        '    `decideOrder` in `order` succeeds with OrderParked.',
        '    `expireOrder` in `order` emits nothing: `order` has decided before.',
        '  → Add PaymentFailed to `compensation.on` of `placeOrder`. The proof assumes that a success emits at least one event of `emits`.',
      ],
    ],
  },
  {
    what: 'a step that hears of a failure by way of the deadline only',
    code: 'UNDONE_LATE',
    manifests: [
      manifest('order', {
        placeOrder: { ...placeOrder, schedules: ['OrderDeadlinePassed'], undoneBy: ['OrderExpired'] },
        completeOrder: { on: ['PaymentCharged'], emits: ['OrderCompleted'] },
        expireOrder: { on: ['OrderDeadlinePassed'], emits: ['OrderExpired'] },
      }),
      manifest('payment', {
        chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], fails: ['PaymentFailed'], undoneBy: ['OrderExpired'] },
      }),
    ],
    says: [
      [
        'warning UNDONE_LATE at order.placeOrder.compensation.on.PaymentFailed',
        '  After PaymentFailed, `placeOrder` in `order` stays done until OrderExpired comes: nothing there listens to PaymentFailed.',
        '  → Add PaymentFailed to `compensation.on` of `placeOrder`. The proof assumes that a success emits at least one event of `emits`.',
      ],
    ],
  },
  {
    what: 'a step that hears of a failure by way of what the owner makes of it, long before the deadline',
    code: 'UNDONE_LATE',
    manifests: [
      manifest('order', {
        placeOrder: { ...placeOrder, schedules: ['OrderDeadlinePassed'], undoneBy: ['OrderExpired', 'OrderRejected'] },
        completeOrder: { on: ['PaymentCharged'], emits: ['OrderCompleted'] },
        expireOrder: { on: ['OrderDeadlinePassed'], emits: ['OrderExpired'] },
        rejectOrder: { on: ['PaymentFailed'], emits: ['OrderRejected'] },
      }),
      manifest('payment', {
        chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], fails: ['PaymentFailed'], undoneBy: ['OrderExpired'] },
      }),
    ],
    says: [
      [
        'warning UNDONE_LATE at order.placeOrder.compensation.on.PaymentFailed',
        '  After PaymentFailed, `placeOrder` in `order` stays done until OrderRejected comes: nothing there listens to PaymentFailed.',
        '  → Add PaymentFailed to `compensation.on` of `placeOrder`. The proof assumes that a success emits at least one event of `emits`.',
      ],
    ],
  },
  {
    what: 'a saga that its deadline always ends',
    code: 'SAGA_NEVER_COMPLETES',
    manifests: [
      manifest('order', {
        placeOrder: { ...placeOrder, schedules: ['OrderDeadlinePassed'], undoneBy: ['OrderExpired'] },
        expireOrder: { on: ['OrderDeadlinePassed'], emits: ['OrderExpired'] },
      }),
    ],
    says: [
      [
        'error SAGA_NEVER_COMPLETES at order.placeOrder',
        '  Every saga that PlaceOrder begins is undone in the end: none can end without a failure or its deadline.',
        '  → Have the service that reacts to the deadline react to the last event of the saga as well, and record there that the saga is completed.',
      ],
    ],
  },
  {
    what: 'a saga that an answer from outside completes, and nobody has said so',
    code: 'SAGA_NEVER_COMPLETES',
    manifests: [
      manifest('order', {
        placeOrder: { ...placeOrder, schedules: ['OrderDeadlinePassed'], undoneBy: ['OrderExpired'] },
        expireOrder: { on: ['OrderDeadlinePassed'], emits: ['OrderExpired'] },
        completeOrder: { on: ['PaymentBooked'], emits: ['OrderCompleted'] },
      }),
      manifest('payment', { takePayment: { on: ['TransferArrived'], emits: ['PaymentBooked'] } }, { inbound: ['TransferArrived'] }),
    ],
    says: [
      [
        'error SAGA_NEVER_COMPLETES at order.placeOrder',
        '  Every saga that PlaceOrder begins is undone in the end: none can end without a failure or its deadline.',
        '  → If the saga goes on with an answer from outside (TransferArrived), say what it answers: `answers: […]` in the inbound TransferArrived of `payment`. Otherwise, have the service that reacts to the deadline react to the last event of the saga as well, and record there that the saga is completed.',
      ],
    ],
  },
];

test.each(broken)('$code: $what', ({ code, manifests, options, says }) => {
  expect(texts(code, manifests, options)).toEqual(says.map((lines) => lines.join('\n')));
});

/** Two ways at every rung, and undoing that goes down rung by rung. */
function ladder(rungs: number): ServiceManifest {
  const begin = { command: 'ClimbLadder', emits: ['Rung0PassedLeft', 'Rung0PassedRight'], undoneBy: ['Rung1Undone'] };
  const steps = Array.from({ length: rungs }, (_, index) => index + 1).flatMap((rung) =>
    ['Left', 'Right'].map((side) => [
      `step${rung}${side}`,
      {
        on: [`Rung${rung - 1}Passed${side}`],
        emits: [`Rung${rung}PassedLeft`, `Rung${rung}PassedRight`],
        fails: [`Rung${rung}Failed`],
        undoneBy: [`Rung${rung + 1}Undone`, `Rung${rung + 1}Failed`],
        undoEmits: [`Rung${rung}Undone`],
      },
    ]),
  );
  return manifest('ladder', { begin, ...Object.fromEntries(steps) });
}

test.each([
  ['passed on to what undoes', { cancelOrder: { on: ['PaymentFailed'], emits: ['OrderCancelled'] } }, ['OrderCancelled']],
  ['taken by somebody, where no step is', { closeOrder: { on: ['PaymentFailed'] } }, undefined],
])('a failure is heard that is %s', (_, more, undoneBy) => {
  const manifests = [
    manifest('order', { placeOrder: { ...placeOrder, ...(undoneBy ? { undoneBy } : {}) }, ...more }),
    manifest('payment', { chargePayment: { on: ['OrderPlaced'], fails: ['PaymentFailed'] } }),
  ];
  expect(texts('FAILURE_NOT_HEARD', manifests)).toEqual([]);
});

/** An order that is paid and packed side by side, and expires; who schedules that is given. */
function sideBySide(schedulers: readonly string[]): readonly ServiceManifest[] {
  const end = { undoneBy: ['OrderExpired'] };
  const timer = (name: string) => (schedulers.includes(name) ? { schedules: ['OrderDeadlinePassed'] } : {});
  return [
    manifest('order', {
      placeOrder: { ...placeOrder, ...end, ...timer('placeOrder') },
      finishOrder: { on: ['OrderSent'], emits: ['OrderCompleted'] },
      expireOrder: { on: ['OrderDeadlinePassed'], emits: ['OrderExpired'] },
    }),
    manifest('payment', { chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], ...end, ...timer('chargePayment') } }),
    manifest('gift', { packGift: { on: ['OrderPlaced'], emits: ['GiftPacked'], ...end, ...timer('packGift') } }),
    manifest('shipping', { sendOrder: { on: ['PaymentCharged', 'GiftPacked'], emits: ['OrderSent'], ...end } }),
  ];
}

test.each([
  [['placeOrder'], []],
  [['chargePayment', 'packGift'], ['placeOrder']],
  [['chargePayment'], ['placeOrder', 'packGift', 'sendOrder']],
])('where %j schedule the deadline, it is too late for %j', (schedulers, late) => {
  const [text = ''] = texts('SAGA_WITHOUT_DEADLINE', sideBySide(schedulers));
  const [, stay = ''] = /can wait without a deadline: if an answer never arrives, (.*) stays? done for ever/.exec(text) ?? [];
  expect([...stay.matchAll(/`(\w+)` in/g)].map(([, name]) => name)).toEqual(late);
});

test('COMPLETENESS_NOT_PROVED: a saga with more endings than the proof tries', () => {
  expect(texts('COMPLETENESS_NOT_PROVED', [ladder(3)])).toEqual([]);
  expect(texts('COMPLETENESS_NOT_PROVED', [ladder(16)])).toEqual([
    [
      'warning COMPLETENESS_NOT_PROVED at ladder.begin',
      '  The saga that ClimbLadder begins, of 33 steps, has more endings than the proof tries (200000 decisions): it is not known whether all are complete.',
      '  → Let every step listen to the failures of all later ones directly, which makes the proof short, or split the saga.',
    ].join('\n'),
  ]);
});

test('SAGA_HALF_DONE: what would undo a step is cancelled before it runs', () => {
  const manifests = [
    manifest('order', { placeOrder }),
    manifest('inventory', { reserveInventory: { on: ['OrderPlaced'], undoneBy: ['AuditRejected'] } }),
    manifest('payment', { chargePayment: { on: ['OrderPlaced'], fails: ['PaymentFailed'], undoneBy: ['AuditRejected'] } }),
    manifest('audit', { auditOrder: { on: ['OrderPlaced'], emits: ['AuditRejected'], undoneBy: ['PaymentFailed'] } }),
  ];
  expect(texts('SAGA_HALF_DONE', manifests).filter((text) => text.includes(' at inventory.'))).toEqual([
    [
      'error SAGA_HALF_DONE at inventory.reserveInventory.compensation.on.PaymentFailed',
      '  After PaymentFailed, `reserveInventory` in `inventory` stays done: nothing there listens to PaymentFailed.',
      '    PlaceOrder comes in.',
      '    `placeOrder` in `order` succeeds with OrderPlaced.',
      '    `reserveInventory` in `inventory` succeeds.',
      '    `chargePayment` in `payment` fails with PaymentFailed.',
      '    `auditOrder` in `audit` is cancelled: the event that undoes it came first.',
      '  → Add PaymentFailed to `compensation.on` of `reserveInventory`. The proof assumes that a success emits at least one event of `emits`.',
    ].join('\n'),
  ]);
});

test('COMPENSATION_MISSING: not of what tells others how a saga ended, as it comes after the failure', () => {
  const ended = (on: readonly string[]) =>
    texts('COMPENSATION_MISSING', [
      manifest('order', {
        placeOrder: { ...placeOrder, undoneBy: ['PaymentFailed'], undoEmits: ['OrderCancelled'] },
        completeOrder: { on: ['PaymentCharged'], emits: ['OrderCompleted'] },
      }),
      manifest('payment', { chargePayment: { on: ['OrderPlaced'], emits: ['PaymentCharged'], fails: ['PaymentFailed'] } }),
      manifest('letters', { sendLetter: { on, emits: ['LetterSent'], callsOutside: true } }),
    ]);
  expect(ended(['OrderCompleted', 'OrderCancelled'])).toEqual([]);
  expect(ended(['OrderPlaced'])).toEqual([expect.stringContaining('After PaymentFailed, the work of `sendLetter` in `letters` stays')]);
});

test('an event of an undo can be what undoes a step', () => {
  const manifests = [
    manifest('order', { placeOrder: { ...placeOrder, undoneBy: ['InventoryReleased'] } }),
    manifest('inventory', { reserveInventory: { on: ['OrderPlaced'], undoneBy: ['PaymentFailed'], undoEmits: ['InventoryReleased'] } }),
    manifest('payment', { chargePayment: { on: ['OrderPlaced'], fails: ['PaymentFailed'] } }),
  ];
  expect(texts('COMPENSATION_NEVER_RUNS', manifests)).toEqual([]);
});

test('DEADLINE_OVERTAKEN: not where the deadline emits, nothing else ends the saga, or nothing is undone', () => {
  const place = { placeOrder: { ...placeOrder, schedules: ['TimePassed'], undoneBy: ['OrderExpired'] } };
  const complete = { completeOrder: { on: ['OrderPaid'], emits: ['OrderCompleted'] } };
  const expire = { expireOrder: { on: ['TimePassed'], fails: ['OrderExpired'] } };
  const payment = manifest('payment', { takeMoney: { on: ['OrderPlaced'], emits: ['OrderPaid'] } });
  const found = (order: ServiceManifest) => texts('DEADLINE_OVERTAKEN', [order, payment]).length;
  expect(found(manifest('order', { ...place, ...complete, ...expire }))).toBe(1);
  expect(found(manifest('order', { ...place, ...complete, expireOrder: { on: ['TimePassed'], emits: ['OrderExpired'] } }))).toBe(0);
  expect(found(manifest('order', { ...place, ...expire }))).toBe(0);
  expect(found(manifest('order', { placeOrder: { ...placeOrder, schedules: ['TimePassed'] }, ...complete, ...expire }))).toBe(0);
  const ship = { shipOrder: { on: ['OrderCompleted'], emits: ['OrderShipped'], undoneBy: ['OrderExpired'] } };
  expect(found(manifest('order', { ...place, ...complete, ...ship, ...expire }))).toBe(0);
  const noTimer = {
    placeOrder: { ...placeOrder, undoneBy: ['OrderExpired'] },
    expireOrder: { on: ['OrderPlaced'], fails: ['OrderExpired'] },
  };
  expect(found(manifest('order', { ...noTimer, ...complete }))).toBe(0);
});
