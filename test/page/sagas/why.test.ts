import { expect, test } from 'vitest';
import type { Saga } from '../../../lib/operations/sagas/saga.ts';
import { whyText } from '../../../lib/page/sagas/why.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const none = { steps: [], deadLetters: [], parked: [], expected: [], awaited: [] };
const step = (state: string) => ({ service: 'payment', reaction: 'charge', state, deadLetters: [] });

// What is in the way when nothing failed, waits or is late: the last things that are looked for.
test.each([
  ['an outside call whose end is not known', { steps: [step('done'), step('started')] }, 'payment charge is started'],
  [
    'another system that owes an answer',
    { steps: [step('done')], awaited: [{ type: 'OrderPacked', since: '2026-01-01T00:05:00Z' }] },
    'another system has not answered OrderPacked for 5 min',
  ],
  ['nothing', { steps: [step('done')] }, ''],
])('what stands in the way of a saga is %s', (_, changes, text) => {
  expect(whyText({ ...none, ...changes } as unknown as Saga, NOW)).toBe(text);
});
