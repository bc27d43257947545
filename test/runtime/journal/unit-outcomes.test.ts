import { expect, test } from 'vitest';
import { stepKey } from '../../../lib/runtime/journal/item-key.ts';
import { cancelledOutcomes } from '../../../lib/runtime/journal/unit-outcomes.ts';
import { claimWrite, entityWrite, sampleClaim, sampleRecord } from '../../../lib/testing/conformance/sample-items.ts';

const unit = (id: string) => ({ id, writes: [] });
const entity = entityWrite('e', null, sampleRecord('c-1'));
const claim = claimWrite(sampleClaim('saga', 'c-1'));
const step = claimWrite(sampleClaim('saga', 'c-1', { key: stepKey('saga', 'reserve') }));

test('units without a failed item are cancelled', () => {
  expect(cancelledOutcomes([unit('c-1'), unit('c-2')], [{ folded: { write: entity, units: [1] } }])).toEqual([
    { status: 'cancelled' },
    { status: 'conflict' },
  ]);
});

test('a claim failure outranks another failure, whichever is found first', () => {
  const failed = [{ folded: { write: entity, units: [0] } }, { folded: { write: claim, units: [0] } }];
  expect(cancelledOutcomes([unit('c-1')], failed)).toEqual([{ status: 'claimed' }]);
  expect(cancelledOutcomes([unit('c-1')], [...failed].reverse())).toEqual([{ status: 'claimed' }]);
});

test('of two claims that are taken, the one that proves that the unit is in already is carried', () => {
  const other = sampleClaim('saga', 'someone-else');
  const own = sampleClaim('saga', 'c-1');
  const failed = [
    { folded: { write: claim, units: [0] }, existing: other },
    { folded: { write: step, units: [0] }, existing: own },
  ];
  expect(cancelledOutcomes([unit('c-1')], failed)).toEqual([{ status: 'claimed', existing: own }]);
  expect(cancelledOutcomes([unit('c-1')], [...failed].reverse())).toEqual([{ status: 'claimed', existing: own }]);
  expect(cancelledOutcomes([unit('c-9')], failed)).toEqual([{ status: 'claimed', existing: other }]);
});

test('a later unit on a taken claim is stale, unless it is in already', () => {
  const existing = sampleClaim('saga', 'c-2');
  const failed = [{ folded: { write: claim, units: [0, 1, 2] }, existing }];
  expect(cancelledOutcomes([unit('c-1'), unit('c-2'), unit('c-3')], failed)).toEqual([
    { status: 'claimed', existing },
    { status: 'claimed', existing },
    { status: 'conflict' },
  ]);
});
