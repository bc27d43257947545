import { expect, test } from 'vitest';
import { redriveOf } from '../../../lib/runtime/journal/redrive.ts';
import { SAMPLE_TIME, sampleDeadLetter, sampleEnvelope } from '../../../lib/testing/conformance/sample-items.ts';

const send = (event: string, saga: string) =>
  redriveOf(
    sampleDeadLetter(SAMPLE_TIME, 'version', { id: `letter-${event}`, message: { ...sampleEnvelope(event), correlationid: saga } }),
    0,
  )?.send;

test('redrives of one saga stay in order behind each other, and those of others do not wait for them', () => {
  const [first, second, other] = [send('event-1', 'saga-1'), send('event-2', 'saga-1'), send('event-3', 'saga-2')];
  expect(second?.group).toBe(first?.group);
  expect(other?.group).not.toBe(first?.group);
  expect(new Set([first, second, other].map((one) => one?.deduplicationId)).size).toBe(3);
});
