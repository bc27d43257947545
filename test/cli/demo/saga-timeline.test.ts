import { describe, expect, test } from 'vitest';
import type { DeliveryCounts } from '../../../lib/cli/demo/fact-log.ts';
import type { SagaFact } from '../../../lib/cli/demo/saga-fact.ts';
import { isUndo, sagaTimeline } from '../../../lib/cli/demo/saga-timeline.ts';

const once: DeliveryCounts = { deliveries: () => 1, crashedBetween: () => false };

function fact(parts: Partial<SagaFact>): SagaFact {
  return {
    at: 1_000,
    saga: 's',
    service: 'payment',
    reaction: 'chargePayment',
    message: 'InventoryReserved',
    messageId: 'm',
    outcome: 'done',
    role: 'action',
    emitted: [],
    attempts: 0,
    ...parts,
  };
}
const resultsOf = (facts: readonly SagaFact[], counts = once) => sagaTimeline(facts, counts).steps.map(({ result }) => result);

describe('steps', () => {
  test('are in the order of time, counted from the first one', () => {
    const { startedAt, steps } = sagaTimeline([fact({ at: 3_500, service: 'b' }), fact({ at: 2_000, service: 'a' })], once);
    expect(startedAt).toBe(2_000);
    expect(steps.map(({ service, afterMilliseconds }) => [service, afterMilliseconds])).toEqual([
      ['a', 0],
      ['b', 1_500],
    ]);
  });

  test('of the same time stay as they came', () => {
    expect(sagaTimeline([fact({ service: 'b' }), fact({ service: 'a' })], once).steps.map(({ service }) => service)).toEqual(['b', 'a']);
  });

  test.each([
    [{ outcome: 'done' }, 'done'],
    [{ outcome: 'failed' }, 'failed'],
    [{ outcome: 'refused' }, 'failed'],
    [{ outcome: 'undone', role: 'trigger' }, 'undone'],
    [{ outcome: 'undone', role: 'settle' }, 'undone'],
    [{ outcome: 'requested', role: 'trigger' }, 'asked'],
    [{ outcome: 'cancelled', role: 'trigger' }, 'blocked'],
    [{ outcome: 'cancelled', role: 'action' }, 'refused'],
    [{ outcome: 'dead-lettered' }, 'dead-lettered'],
  ] as const)('%o is shown as %s', (parts, result) => {
    expect(resultsOf([fact(parts)])).toEqual([result]);
  });

  test('that undo something are set apart', () => {
    const undo = (result: 'done' | 'undone' | 'blocked' | 'asked' | 'refused' | 'failed') =>
      isUndo({ afterMilliseconds: 0, service: '', message: '', reaction: '', result, emitted: [], failedTries: 0, deliveries: 1 });
    expect((['done', 'failed', 'refused', 'undone', 'blocked', 'asked'] as const).filter(undo)).toEqual(['undone', 'blocked', 'asked']);
  });

  test('a try that failed is no step; the one that went through tells of it', () => {
    const { steps } = sagaTimeline([fact({ outcome: 'retry', attempts: 1 }), fact({ attempts: 1 })], once);
    expect(steps).toMatchObject([{ result: 'done', failedTries: 1 }]);
  });
});

describe('copies', () => {
  test('are counted by service and are no steps', () => {
    const copy = { outcome: 'duplicate' };
    const { steps, duplicates } = sagaTimeline([fact({}), fact(copy), fact(copy), fact({ ...copy, service: 'search' })], once);
    expect(steps).toHaveLength(1);
    expect(duplicates).toEqual({ payment: 2, search: 1 });
  });

  test('an action that is refused twice is shown once', () => {
    const late = fact({ outcome: 'cancelled' });
    const { steps, duplicates } = sagaTimeline([late, late], once);
    expect(steps.map(({ result }) => result)).toEqual(['refused']);
    expect(duplicates).toEqual({ payment: 1 });
  });
});

describe('crashes', () => {
  test('a second delivery after a crash says that the crash came before the commit', () => {
    const counts: DeliveryCounts = { deliveries: () => 2, crashedBetween: () => true };
    expect(sagaTimeline([fact({})], counts).steps).toMatchObject([{ crash: 'before', deliveries: 2 }]);
  });

  test('a second delivery without a crash does not', () => {
    const [step] = sagaTimeline([fact({})], { ...once, deliveries: () => 2 }).steps;
    expect(step).not.toHaveProperty('crash');
  });

  test('a commit that nothing was logged of was followed by a crash', () => {
    expect(sagaTimeline([fact({ unlogged: true })], once).steps).toMatchObject([{ crash: 'after' }]);
  });
});
