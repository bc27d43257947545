// The sample shop is proved complete, and whatever is taken out of it is missed.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import shop from '../../functions/choreography.ts';
import { readContracts, readSchemas } from '../../lib/schema/index.ts';
import { checkChoreography, checkInput, checkManifests } from '../../lib/topology/check.ts';
import type { Finding } from '../../lib/topology/finding.ts';
import { type MessageReference, manifestOf, type ReactionManifest, type ServiceManifest } from '../../lib/topology/manifest.ts';
import { findingText, reportText } from '../../lib/topology/report-text.ts';

const manifests = shop.services.map(manifestOf);
const whole = checkManifests(manifests);
const known = new Set(whole.findings.map((finding) => JSON.stringify(finding)));

/** The shop with one reaction changed. */
function changed(id: string, change: (reaction: ReactionManifest) => ReactionManifest): readonly ServiceManifest[] {
  return manifests.map((one) => ({
    ...one,
    reactions: one.reactions.map((reaction) => (`${one.service}.${reaction.name}` === id ? change(reaction) : reaction)),
  }));
}

/** What is said of the changed shop and not of the shop, without what only informs. */
function news(manifestsNow: readonly ServiceManifest[], severities = ['error', 'warning']): readonly Finding[] {
  const { findings } = checkManifests(manifestsNow);
  return findings.filter((finding) => severities.includes(finding.severity) && !known.has(JSON.stringify(finding)));
}

const reactions = manifests.flatMap(({ service, reactions: own }) =>
  own.map((reaction) => ({ id: `${service}.${reaction.name}`, reaction })),
);
const steps = reactions.flatMap(({ id, reaction }) => (reaction.compensation ? [{ id, ...reaction.compensation }] : []));
const without = (list: readonly MessageReference[], type: string) => list.filter((reference) => reference.type !== type);

describe('the sample', () => {
  test('is proved complete, with no cycle', () => {
    const { proofs } = checkInput(manifests);
    expect(proofs).toEqual([
      {
        saga: 'PlaceOrder',
        steps: ['order.placeOrder', 'inventory.reserveInventory', 'payment.chargePayment', 'shipping.createShipment'],
        counterexamples: [],
        late: [],
        completes: true,
        decided: true,
      },
    ]);
    expect(whole.ok).toBe(true);
    expect(whole.findings.map(({ code }) => code)).not.toContain('EVENT_CYCLE');
  });

  test('has no error and no warning', () => {
    expect(reportText(checkChoreography(shop), { from: 'warning' })).toBe('0 errors, 0 warnings, 6 for information.');
  });

  test('reads only fields that are produced', async () => {
    const reads = await readContracts('functions');
    const { findings } = checkManifests(manifests, { contracts: { schemas: await readSchemas('schemas'), reads } });
    expect(reads.length).toBeGreaterThan(0);
    expect(findings.filter(({ code }) => code === 'FIELD_NOT_PRODUCED' || code === 'COMMAND_WITHOUT_OWNER')).toEqual([]);
  });

  test('undoes what each failure finds done', () => {
    const undoneBy = (type: string) => steps.filter(({ on }) => on.some((one) => one.type === type)).map(({ id }) => id.split('.')[0]);
    expect(
      Object.fromEntries(['InventoryRejected', 'PaymentFailed', 'ShipmentFailed', 'OrderExpired'].map((type) => [type, undoneBy(type)])),
    ).toEqual({
      InventoryRejected: ['order'],
      PaymentFailed: ['order', 'inventory'],
      ShipmentFailed: ['order', 'inventory', 'payment'],
      OrderExpired: ['order', 'inventory', 'payment', 'shipping'],
    });
  });
});

describe('taken out of the sample,', () => {
  test.each(steps.map(({ id }) => id))('the compensation of %s is missed', (id) => {
    const found = news(changed(id, ({ compensation: _, ...reaction }) => reaction)).filter(({ severity }) => severity === 'error');
    expect(found.map(({ code, path }) => `${code} ${path}`)).toEqual([`COMPENSATION_MISSING ${id}.compensation`]);
  });

  const triggers = steps.flatMap(({ id, on }) => on.map(({ type }) => [id, type] as const));
  test.each(triggers)('in %s, %s is missed, with the story', (id, type) => {
    const found = news(
      changed(id, (reaction) => ({
        ...reaction,
        compensation: { emits: [], ...reaction.compensation, on: without(reaction.compensation?.on ?? [], type) },
      })),
    );
    const [service, name] = id.split('.');
    // Who owns the deadline is not left half done: its own deadline still comes, later.
    const isLate = service === 'order' && type !== 'OrderExpired';
    const stays = `After ${type}, \`${name}\` in \`${service}\` stays done${isLate ? ' until OrderExpired comes' : ''}: nothing there listens to ${type}.`;
    const finding = found.find(({ code }) => code === (isLate ? 'UNDONE_LATE' : 'SAGA_HALF_DONE'));
    expect(finding).toMatchObject({ path: `${id}.compensation.on.${type}`, message: stays });
    if (isLate) return;
    expect(finding?.story?.at(0)).toBe('PlaceOrder comes in.');
    expect(finding?.story?.at(-1)).toBe(stays);
    expect(finding?.diagram).toContain(`Note over p_${service}: ${name} stays done`);
  });

  test('the give-up of a reaction is told: others wait for the deadline', () => {
    const tellers = reactions.filter(({ reaction }) => reaction.onGiveUp);
    expect(tellers.map(({ id }) => id)).toEqual(['payment.chargePayment']);
    const found = tellers.flatMap(({ id }) =>
      news(
        changed(id, (reaction) => ({ ...reaction, onGiveUp: false })),
        ['information'],
      ),
    );
    expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'GIVE_UP_UNTOLD When `chargePayment` in `payment` gives up, it tells nobody: `placeOrder` in `order` and `reserveInventory` in `inventory` stay done until OrderExpired comes.',
    ]);
  });

  test('each part of the deadline is missed', () => {
    const isDeadline = ({ type }: MessageReference) => type === 'OrderDeadlinePassed' || type === 'OrderExpired';
    const parts = reactions.flatMap(({ id, reaction }) => {
      const lists = (['on', 'emits', 'schedules'] as const).filter((list) => reaction[list].some(isDeadline));
      return lists.map((list) => ({ id, list }));
    });
    expect(parts.map(({ id, list }) => `${id}.${list}`)).toEqual([
      'order.placeOrder.schedules',
      'order.expireOrder.on',
      'order.expireOrder.emits',
    ]);
    for (const { id, list } of parts) {
      const now = changed(id, (reaction) => ({ ...reaction, [list]: reaction[list].filter((one) => !isDeadline(one)) }));
      const finding = news(now).find(({ code }) => code === 'SAGA_WITHOUT_DEADLINE');
      expect(finding?.message, `${id}.${list}`).toBe(
        'The saga that PlaceOrder begins has no deadline: if an answer never arrives, `placeOrder` in `order`, `reserveInventory` in `inventory`, `chargePayment` in `payment` and `createShipment` in `shipping` stay done for ever.',
      );
    }
  });

  test('what completes the order is missed: its deadline would end every saga', () => {
    const now = manifests.map((one) => ({ ...one, reactions: one.reactions.filter(({ name }) => name !== 'completeOrder') }));
    expect(news(now).map(({ code, path }) => `${code} ${path}`)).toContain('SAGA_NEVER_COMPLETES order.placeOrder');
  });
});

test('one edge that closes a cycle is found with the cycle spelled out', () => {
  const OrderPlaced: MessageReference = { kind: 'event', type: 'OrderPlaced', version: 2 };
  const now = changed('shipping.createShipment', (reaction) => ({ ...reaction, emits: [...reaction.emits, OrderPlaced] }));
  expect(news(now).find(({ code }) => code === 'EVENT_CYCLE')?.message).toBe(
    'InventoryReserved leads back to itself: InventoryReserved → payment.chargePayment → PaymentCharged → shipping.createShipment → OrderPlaced → inventory.reserveInventory → InventoryReserved.',
  );
});

test('a counterexample is drawn as a sequence', () => {
  const now = changed('payment.chargePayment', (reaction) => ({
    ...reaction,
    compensation: { emits: [], ...reaction.compensation, on: without(reaction.compensation?.on ?? [], 'ShipmentFailed') },
  }));
  const [finding] = news(now) as [Finding];
  expect(readFileSync('docs/checks.md', 'utf8')).toContain(findingText(finding));
  expect(finding.story).toEqual([
    'PlaceOrder comes in.',
    '`placeOrder` in `order` succeeds with OrderDeadlinePassed and OrderPlaced.',
    '`reserveInventory` in `inventory` succeeds with InventoryReserved.',
    '`chargePayment` in `payment` succeeds with PaymentCharged.',
    '`createShipment` in `shipping` fails with ShipmentFailed.',
    '`placeOrder` in `order` and `reserveInventory` in `inventory` are undone.',
    '`expireOrder` in `order` emits nothing: `order` has decided before.',
    'After ShipmentFailed, `chargePayment` in `payment` stays done: nothing there listens to ShipmentFailed.',
  ]);
  expect(finding.diagram?.split('\n')).toEqual([
    'sequenceDiagram',
    ...['outside', 'order', 'inventory', 'payment', 'shipping'].map((lane) => `  participant p_${lane} as ${lane}`),
    '  p_outside->>p_order: PlaceOrder',
    '  Note over p_order: placeOrder done',
    '  p_order->>p_order: OrderDeadlinePassed',
    '  p_order->>p_inventory: OrderPlaced',
    '  Note over p_inventory: reserveInventory done',
    '  p_inventory->>p_payment: InventoryReserved',
    '  Note over p_payment: chargePayment done',
    '  p_payment->>p_shipping: PaymentCharged',
    '  Note over p_shipping: createShipment failed',
    '  p_shipping->>p_order: ShipmentFailed',
    '  p_shipping->>p_inventory: ShipmentFailed',
    '  Note over p_order: placeOrder undone',
    '  Note over p_inventory: reserveInventory undone',
    '  Note over p_order: expireOrder says nothing',
    '  Note over p_payment: chargePayment stays done',
    '',
  ]);
});
