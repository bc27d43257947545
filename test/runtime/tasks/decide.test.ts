import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunnableReaction } from '../../../lib/contract/reaction-checks.ts';
import type { Claim, ClaimState } from '../../../lib/runtime/journal/claim.ts';
import { payloadHash } from '../../../lib/runtime/journal/payload-hash.ts';
import { type Decision, decideAction, decideSettle, decideTrigger, recordsCalls } from '../../../lib/runtime/tasks/decide.ts';
import { createTask, type Role, type Task } from '../../../lib/runtime/tasks/task.ts';
import { message, NOW, OrderCancelled, OrderPlaced } from './bench.ts';

const HOUR = 3_600_000;
const placed = message(OrderPlaced);
const cancelled = message(OrderCancelled);
const otherData = { ...placed, data: { orderId: 'other' } };
const call = { client: 'payments', method: 'charge', argumentsHash: 'h', at: NOW };
type Delivery = RunnableReaction['delivery'];

function taskOf(role: Role, delivery: Delivery, redriven = false): Task {
  const reaction = { name: 'charge', delivery, callsOutside: true, compensation: {} } as unknown as RunnableReaction;
  const about = role === 'trigger' ? cancelled : placed;
  const source = { kind: 'queue' as const, queue: 'q', messageId: 'm' };
  return createTask({ reaction, role, message: about, original: about, source, redriven });
}

function claimOf(state: ClaimState, fields: Partial<Claim> = {}): Claim {
  const key = { partition: 'p', sort: 's' };
  const base = { kind: 'step', key, saga: 'saga-1', reaction: 'charge', version: 'v1', deadLetters: [], emissions: [] } as const;
  return { ...base, state, message: placed, ...fields };
}

/** A decision in one word: what to do, and why or with which code. */
function short(decision: Decision): string {
  if (decision.do === 'nothing') return decision.why;
  return decision.do === 'dead-letter' ? decision.code : decision.do;
}

function decide(claim: Claim | undefined, task: Task, own = false): string {
  const situation = { nowMs: NOW, own };
  if (task.role === 'settle') return short(decideSettle(claim));
  return short(task.role === 'action' ? decideAction(claim, task, situation) : decideTrigger(claim, task, situation));
}

const called = { firstCall: call };
const running = { firstCall: call, runningUntil: NOW + 1 };
const over = { firstCall: call, runningUntil: NOW };
const requested = { undoRequested: cancelled };
const told = { told: message(OrderCancelled, { id: 'told' }) };
const undoing = { undoBegun: cancelled, runningUntil: NOW };

// The whole protocol of one reaction, one line per state of its claim.
const columns = ['action', 'redriven action', 'own rerun', 'trigger', 'settle'] as const;
type Line = readonly [
  what: string,
  claim: Claim | undefined,
  action: string,
  redriven: string,
  own: string,
  trigger: string,
  settle: string,
];
const atLeastOnce: readonly Line[] = [
  //                                                           action       redriven     own          trigger         settle
  ['nothing yet', undefined, 'act', 'act', 'act', 'cancel', 'duplicate'],
  ['started, an attempt may be running', claimOf('started', running), 'act', 'act', 'act', 'request-undo', 'duplicate'],
  ['started, no attempt can be running', claimOf('started', over), 'act', 'act', 'act', 'request-undo', 'duplicate'],
  ['started, an undo is requested', claimOf('started', { ...over, ...requested }), 'settle', 'settle', 'settle', 'requested', 'settle'],
  ['done', claimOf('done', called), 'duplicate', 'duplicate', 'duplicate', 'undo', 'duplicate'],
  ['done, in its undo window', claimOf('done', { undoUntil: NOW + 1 }), 'duplicate', 'duplicate', 'duplicate', 'undo', 'duplicate'],
  [
    'done, its undo window is over',
    claimOf('done', { undoUntil: NOW }),
    'duplicate',
    'duplicate',
    'duplicate',
    'UNDO_WINDOW_PASSED',
    'duplicate',
  ],
  ['failed', claimOf('failed', called), 'duplicate', 'duplicate', 'duplicate', 'cancel', 'duplicate'],
  ['gave up before any call', claimOf('gave-up'), 'duplicate', 'act', 'duplicate', 'cancel', 'duplicate'],
  ['gave up before any call, told', claimOf('gave-up', told), 'duplicate', 'cancel', 'duplicate', 'cancel', 'duplicate'],
  ['gave up after a call', claimOf('gave-up', called), 'duplicate', 'act', 'duplicate', 'request-undo', 'duplicate'],
  [
    'gave up after a call, told',
    claimOf('gave-up', { ...called, ...told }),
    'duplicate',
    'settle',
    'duplicate',
    'request-undo',
    'duplicate',
  ],
  [
    'gave up, an undo is requested',
    claimOf('gave-up', { ...called, ...requested }),
    'duplicate',
    'settle',
    'duplicate',
    'requested',
    'duplicate',
  ],
  ['undone', claimOf('undone', called), 'duplicate', 'duplicate', 'duplicate', 'undone', 'duplicate'],
  ['cancelled after it had failed', claimOf('cancelled'), 'refused', 'refused', 'refused', 'undone', 'duplicate'],
  ['a tombstone', { ...claimOf('cancelled'), message: undefined as never }, 'refused', 'refused', 'refused', 'undone', 'duplicate'],
];
const UNKNOWN = 'OUTCOME_UNKNOWN';
const atMostOnce: readonly Line[] = [
  ['nothing yet', undefined, 'act', 'act', 'act', 'cancel', 'duplicate'],
  ['started, an attempt may be running', claimOf('started', running), 'wait', 'wait', 'act', 'wait', 'duplicate'],
  ['started, no attempt can be running', claimOf('started', over), UNKNOWN, UNKNOWN, 'act', UNKNOWN, 'duplicate'],
  ['done', claimOf('done', called), 'duplicate', 'duplicate', 'duplicate', 'undo', 'duplicate'],
  [
    'done, an undo may be running',
    claimOf('done', { ...undoing, runningUntil: NOW + 1 }),
    'duplicate',
    'duplicate',
    'duplicate',
    'wait',
    'duplicate',
  ],
  ['done, an undo has begun', claimOf('done', undoing), 'duplicate', 'duplicate', 'duplicate', UNKNOWN, 'duplicate'],
  ['failed', claimOf('failed', called), 'duplicate', 'duplicate', 'duplicate', 'cancel', 'duplicate'],
  ['gave up before any call', claimOf('gave-up'), 'duplicate', 'act', 'duplicate', 'cancel', 'duplicate'],
  ['gave up before any call, told', claimOf('gave-up', told), 'duplicate', 'cancel', 'duplicate', 'cancel', 'duplicate'],
  ['gave up after a call', claimOf('gave-up', called), 'duplicate', UNKNOWN, 'duplicate', UNKNOWN, 'duplicate'],
  ['gave up after a call, told', claimOf('gave-up', { ...called, ...told }), 'duplicate', UNKNOWN, 'duplicate', UNKNOWN, 'duplicate'],
  ['undone', claimOf('undone', called), 'duplicate', 'duplicate', 'duplicate', 'undone', 'duplicate'],
  ['cancelled', claimOf('cancelled'), 'refused', 'refused', 'refused', 'undone', 'duplicate'],
];

function row(claim: Claim | undefined, delivery: Delivery): readonly string[] {
  return [
    decide(claim, taskOf('action', delivery)),
    decide(claim, taskOf('action', delivery, true)),
    decide(claim, taskOf('action', delivery), true),
    decide(claim, taskOf('trigger', delivery)),
    decide(claim, taskOf('settle', delivery)),
  ];
}

describe(`at least once: ${columns.join(', ')}`, () => {
  test.each(atLeastOnce)('%s', (_what, claim, ...expected) => {
    expect(row(claim, 'at-least-once')).toEqual(expected);
  });
});

describe(`at most once: ${columns.join(', ')}`, () => {
  test.each(atMostOnce)('%s', (_what, claim, ...expected) => {
    expect(row(claim, 'at-most-once')).toEqual(expected);
  });
  test('an undo that this process began goes on in this process', () => {
    expect(decide(claimOf('done', undoing), taskOf('trigger', 'at-most-once'), true)).toBe('undo');
  });
});

const states = ['started', 'done', 'failed', 'gave-up', 'undone', 'cancelled'] as const;

describe('a claim of another message', () => {
  test.each(states)('a %s step is taken: another message is a dead letter, redriven or not', (state) => {
    const taken = claimOf(state, { message: message(OrderPlaced, { id: 'other' }) });
    expect(row(taken, 'at-least-once').slice(0, 3)).toEqual(['STEP_TAKEN', 'STEP_TAKEN', 'STEP_TAKEN']);
    const elsewhere = claimOf(state, { message: message(OrderPlaced, { source: 'elsewhere' }) });
    expect(row(elsewhere, 'at-least-once').slice(0, 3)).toEqual(['STEP_TAKEN', 'STEP_TAKEN', 'STEP_TAKEN']);
  });
  test.each(states)('other data under the id of a %s one is a dead letter, not a duplicate', (state) => {
    expect(decide(claimOf(state, { message: otherData }), taskOf('action', 'at-least-once'))).toBe('ID_REUSED');
  });

  test('a caller who repeats a command that was corrected waits while the corrected one runs, and hears then what became of it', () => {
    const asked: Task = { ...taskOf('action', 'at-most-once'), source: { kind: 'command', caller: 'c' } };
    const corrected = { message: otherData, sentHash: payloadHash(placed.data) };
    expect(decide(claimOf('started', { ...running, ...corrected }), asked)).toBe('wait');
    expect(decide(claimOf('done', corrected), asked)).toBe('duplicate');
  });
  test('what came counts: a copy that a new deployment lifts to its version is a duplicate', () => {
    const lifted = { ...taskOf('action', 'at-least-once'), message: { ...placed, data: { orderId: 'o-1', cents: 0 } } };
    expect(decide(claimOf('done'), lifted)).toBe('duplicate');
  });
  test('the texts say what to do', () => {
    const task = taskOf('action', 'at-least-once');
    const situation = { nowMs: NOW, own: false };
    const taken = decideAction(claimOf('done', { message: message(OrderPlaced, { id: 'other' }) }), task, situation);
    expect(taken).toHaveProperty(
      'message',
      'charge already took OrderPlaced other for this saga; a reaction with a compensation runs once per saga. Give OrderPlaced OrderPlaced a saga of its own.',
    );
    const reused = decideAction(claimOf('done', { message: otherData }), task, situation);
    expect(reused).toHaveProperty(
      'message',
      'OrderPlaced OrderPlaced from order came before with other data; an event never changes, so publish the new one under a new id.',
    );
    const unknown = decideTrigger(claimOf('started', called), taskOf('trigger', 'at-most-once'), situation);
    expect(unknown).toHaveProperty(
      'message',
      'OrderCancelled is to undo charge, whose payments.charge may have taken effect and is never repeated. Find out at the outside system, and put right by hand what has to be.',
    );
  });
});

describe('whatever the claim', () => {
  const flag = <Fields extends object>(fields: Fields) => fc.constantFrom<Fields | object>(fields, {});
  const claims = fc
    .record({
      state: fc.constantFrom(...states),
      flags: fc.tuple(flag(called), flag(requested), flag(told), flag({ undoBegun: cancelled }), flag({ message: otherData })),
      times: fc.record(
        { runningUntil: fc.integer({ min: NOW - HOUR, max: NOW + HOUR }), undoUntil: fc.integer({ min: NOW - HOUR, max: NOW + HOUR }) },
        { requiredKeys: [] },
      ),
    })
    .map(({ state, flags, times }) => claimOf(state, Object.assign({}, ...flags, times)));
  const situations = fc.record({
    claim: fc.option(claims, { nil: undefined }),
    delivery: fc.constantFrom<Delivery>('at-least-once', 'at-most-once'),
    redriven: fc.boolean(),
    own: fc.boolean(),
  });
  const always = (check: (given: { claim: Claim | undefined; delivery: Delivery; redriven: boolean; own: boolean }) => void) =>
    fc.assert(fc.property(situations, check), { numRuns: 2_000 });
  const runsCode = new Set(['act', 'settle', 'undo']);

  test('an action never runs code on what is final or done', () => {
    always(({ claim, delivery, redriven, own }) => {
      if (!claim || claim.state === 'started' || claim.state === 'gave-up') return;
      expect(runsCode.has(decide(claim, taskOf('action', delivery, redriven), own))).toBe(false);
    });
  });
  test('a trigger never acts or settles: it never calls to learn an outcome', () => {
    always(({ claim, delivery, redriven, own }) => {
      expect(['act', 'settle']).not.toContain(decide(claim, taskOf('trigger', delivery, redriven), own));
    });
  });
  test('a trigger undoes only what is done, and never waits at least once', () => {
    always(({ claim, redriven, own }) => {
      const decision = decide(claim, taskOf('trigger', 'at-least-once', redriven), own);
      if (decision === 'undo') expect(claim?.state).toBe('done');
      if (!claim?.undoBegun) expect(decision).not.toBe('wait');
    });
  });
  test('at most once, a call that another process may have made is never repeated', () => {
    always(({ claim, redriven }) => {
      if (!claim?.firstCall || (claim.state !== 'started' && claim.state !== 'gave-up') || claim.undoRequested) return;
      expect(runsCode.has(decide(claim, taskOf('action', 'at-most-once', redriven), false))).toBe(false);
    });
  });
  test('only a redrive runs what was given up', () => {
    always(({ claim, delivery, own }) => {
      if (claim?.state !== 'gave-up') return;
      expect(runsCode.has(decide(claim, taskOf('action', delivery, false), own))).toBe(false);
    });
  });
  test('nobody acts once an undo is requested or the failure is told', () => {
    always(({ claim, delivery, redriven, own }) => {
      const asked = claim?.undoRequested ?? (claim?.state === 'gave-up' ? claim.told : undefined);
      if (!asked || delivery === 'at-most-once') return; // there, a trigger leaves no request
      expect(decide(claim, taskOf('action', delivery, redriven), own)).not.toBe('act');
    });
  });
});

describe('which calls go through the journal', () => {
  const reaction = (parts: object) => ({ callsOutside: true, delivery: 'at-least-once', ...parts }) as unknown as RunnableReaction;
  test.each([
    ['a step that calls outside', { compensation: {} }, true],
    ['at most once without a compensation', { delivery: 'at-most-once' }, true],
    ['at least once without a compensation: the key is enough', {}, false],
    ['a step that only looks things up', { callsOutside: false, compensation: {} }, false],
  ])('%s', (_what, parts, expected) => {
    expect(recordsCalls(reaction(parts))).toBe(expected);
  });
});
