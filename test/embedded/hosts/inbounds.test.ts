import { defineChoreography, defineEntity, defineInbound, defineReaction, defineService } from 'aws-choreography';
import { createWorld } from 'aws-choreography/testing';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../lib/embedded/engine.ts';
import { refusal } from '../../contract/refusal.ts';
import { event } from '../../runtime/rig.ts';

const OrderPlaced = event('OrderPlaced');
const OrderNoted = event('OrderNoted');
const Note = defineEntity<{ times: number }>('Note');
const note = defineReaction({
  name: 'noteOrder',
  on: OrderPlaced,
  emits: [OrderNoted],
  async react({ data }, tx) {
    const id = (data as { id: string }).id;
    tx.put(Note, id, { times: ((await tx.get(Note, id))?.times ?? 0) + 1 });
    tx.emit(OrderNoted, { id });
  },
});

interface Created {
  readonly id: string;
  readonly detail: { readonly order: string };
}
const fromBus = defineInbound<typeof OrderPlaced, Created>(OrderPlaced, {
  from: { bus: { source: 'com.example.oldshop', detailType: 'order.created' } },
  id: ({ detail }) => `created-${detail.order}`,
  correlationId: ({ detail }) => detail.order,
  data: ({ detail }) => ({ id: detail.order }),
});
const fromQueue = defineInbound<typeof OrderPlaced, { readonly number: string }>(OrderPlaced, {
  from: { queue: 'imports' },
  id: ({ number }) => number,
  correlationId: ({ number }) => number,
  data: ({ number }) => ({ id: number }),
});
const fromStream = defineInbound<typeof OrderPlaced, { readonly key: string }>(OrderPlaced, {
  from: { stream: 'legacy' },
  id: ({ key }) => key,
  correlationId: ({ key }) => key,
  data: ({ key }) => ({ id: key }),
});

function worldOf(source: 'stream' | 'bus', seed = 1) {
  const desk = defineService({ name: 'desk', source, reactions: [note], inbound: [fromBus, fromQueue, fromStream] });
  return createWorld(defineChoreography({ name: 'office', services: [desk] }), { seed, faults: { duplicate: 0.5, crashAfterCommit: 0.2 } });
}

describe.each(['stream', 'bus'] as const)('messages of other systems reach a service on the %s', (source) => {
  test('from a rule on the bus, a queue and a foreign stream, each once under faults, and its events go out', async () => {
    const world = worldOf(source);
    world.putEvent({ source: 'com.example.oldshop', detailType: 'order.created', detail: { order: 'o-1' } });
    world.putMessage({ queue: 'imports' }, { number: 'n-1' });
    world.putMessage({ stream: 'legacy' }, { key: 'k-1' });
    await world.settle();
    for (const id of ['o-1', 'n-1', 'k-1']) {
      expect(world.state('desk', Note, id)).toEqual({ times: 1 });
      expect(world.events(id).map(({ type }) => type)).toEqual(['OrderNoted']);
    }
    expect(world.deadLetters).toEqual([]);
  });

  test('not those of another source or detail type', async () => {
    const world = worldOf(source);
    world.putEvent({ source: 'com.example.other', detailType: 'order.created', detail: { order: 'o-1' } });
    world.putEvent({ source: 'com.example.oldshop', detailType: 'order.changed', detail: { order: 'o-1' } });
    await world.settle();
    expect(world.state('desk', Note, 'o-1')).toBeUndefined();
    expect(world.deadLetters).toEqual([]);
  });

  test('what cannot be read is a dead letter, and the rest goes on', async () => {
    const world = worldOf(source);
    world.putMessage({ queue: 'imports' }, { number: 5 });
    world.putMessage({ queue: 'imports' }, { number: 'n-2' });
    await world.settle();
    expect(world.deadLetters.map(({ error }) => error.code)).toEqual(['INVALID_FOREIGN']);
    expect(world.state('desk', Note, 'n-2')).toEqual({ times: 1 });
  });
});

test('a message for a queue that nobody reads is refused', () => {
  expect(refusal(() => worldOf('bus').putMessage({ queue: 'import' }, {}))).toBe(
    'UNKNOWN_INPUT: No service has an inbound from the queue import; declare one with defineInbound.',
  );
});

/** Two copies of one message, the second when the claim of the first has expired; `dated`: its inbound reads when it came to be. */
async function noted(dated: boolean): Promise<unknown> {
  const imports = defineInbound<typeof OrderPlaced, { readonly number: string; readonly createdAt: string }>(OrderPlaced, {
    from: { queue: 'imports' },
    id: ({ number }) => number,
    correlationId: ({ number }) => number,
    data: ({ number }) => ({ id: number }),
    ...(dated ? { time: ({ createdAt }) => createdAt } : {}),
  });
  const desk = defineService({ name: 'desk', reactions: [note], inbound: [imports] });
  const engine = createEngine(defineChoreography({ name: 'office', services: [desk] }), {
    startAt: Date.parse('2026-01-01T00:00:00Z'),
    settings: { claimLifeSeconds: 700, messageAgeSecondsMax: 600 },
  });
  const message = JSON.stringify({ number: 'n-1', createdAt: '2026-01-01T00:00:00Z' });
  engine.putMessage({ queue: 'imports' }, message);
  await engine.settle({ advanceSeconds: 1_000 });
  engine.putMessage({ queue: 'imports' }, message);
  await engine.settle();
  const codes = engine
    .store('desk')
    .allDeadLetters()
    .map(({ error }) => error.code);
  return { state: engine.store('desk').entity('Note', 'n-1')?.state, codes };
}

test('a copy that comes when claims have expired is too old where the message says its time, and else another message', async () => {
  expect(await noted(true)).toEqual({ state: { times: 1 }, codes: ['TOO_OLD'] });
  expect(await noted(false)).toEqual({ state: { times: 2 }, codes: [] });
});
