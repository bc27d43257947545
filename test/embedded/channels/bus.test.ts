import { expect, test } from 'vitest';
import { createBus } from '../../../lib/embedded/channels/bus.ts';
import { createBusPublisher } from '../../../lib/embedded/channels/publisher.ts';
import { createRandom } from '../../../lib/embedded/random.ts';
import { createScheduler } from '../../../lib/embedded/time/scheduler.ts';
import { envelopeOf } from '../envelopes.ts';

function world() {
  const scheduler = createScheduler({ startAt: 0 });
  const bus = createBus({ name: 'bus', scheduler, random: createRandom(2) });
  const seen: { rule: string; detail: unknown; at: number }[] = [];
  const addRule = (rule: string, pattern: object) =>
    bus.addRule({ name: rule, pattern, target: (detail) => seen.push({ rule, detail: JSON.parse(detail), at: scheduler.now() }) });
  return { scheduler, bus, seen, addRule, rest: () => scheduler.run({ done: () => !scheduler.busy }) };
}

test('each rule gets the detail of what it matches, after a while', async () => {
  const { bus, seen, addRule, rest } = world();
  addRule('by type', { 'detail-type': ['OrderPlaced'] });
  addRule('by source and content', { source: ['order'], detail: { data: { orderId: [{ prefix: 'order-' }] } } });
  addRule('another', { 'detail-type': ['OrderCancelled'] });
  const envelope = envelopeOf('OrderPlaced');
  await createBusPublisher(bus).publish([envelope]);
  expect(seen).toEqual([]);
  await rest();
  expect(seen.map(({ rule }) => rule).sort()).toEqual(['by source and content', 'by type']);
  expect(seen[0]?.detail).toEqual(envelope);
});

test('the bus keeps no order', async () => {
  const { bus, seen, addRule, rest } = world();
  addRule('all', { source: ['order'] });
  const sent = Array.from({ length: 20 }, (_, index) => `event-${index}`);
  await createBusPublisher(bus).publish(sent.map((id) => envelopeOf('OrderPlaced', { id })));
  await rest();
  const received = seen.map(({ detail }) => (detail as { id: string }).id);
  expect([...received].sort()).toEqual([...sent].sort());
  expect(received).not.toEqual(sent);
});

test('an entry that EventBridge would not take is refused for good', async () => {
  const { bus } = world();
  const [outcome] = await createBusPublisher(bus).publish([envelopeOf('OrderPlaced', { data: 'x'.repeat(1_000_000) })]);
  expect(outcome).toMatchObject({ status: 'refused', code: 'MESSAGE_TOO_LARGE' });
});

test('a pattern that EventBridge would refuse is refused', () => {
  expect(() => world().addRule('bad', { source: 'order' })).toThrow(expect.objectContaining({ code: 'INVALID_EVENT_PATTERN' }));
});
