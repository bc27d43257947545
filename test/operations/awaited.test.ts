import { describe, expect, test } from 'vitest';
import { awaitedAnswers } from '../../lib/operations/sagas/awaited.ts';
import { sagaOf } from '../../lib/operations/sagas/saga.ts';
import { createCarrier } from './carrier.ts';

async function standing(world: ReturnType<typeof createCarrier>): Promise<readonly string[]> {
  const { status, awaited } = await world.saga();
  return [status, ...awaited.map(({ service, type, types }) => `${service}: ${type} by ${types.join(' or ')}`)];
}

const waits = ['running', 'labels: LabelIssued by ParcelScanned or ParcelLost'];

describe('an answer of another system', () => {
  test.each(['scans', 'losses'])(
    'is all that a saga waits for: it runs until one has come (%s), whatever the clock of the other system',
    async (queue) => {
      const world = createCarrier();
      await world.order();
      await world.pass(86_400);
      expect(await standing(world)).toEqual(waits);
      expect(await world.stuck()).toEqual([]);
      await world.answer(queue, { number: 'n-1', saga: 'other' });
      expect(await standing(world)).toEqual(waits);
      await world.answer(queue, { number: 'n-2', saga: 's-1', time: '2025-12-31T23:59:00.000Z' });
      expect(await standing(world)).toEqual(['completed']);
    },
  );

  test('is awaited for each event that asks for it', async () => {
    const world = createCarrier();
    await world.order();
    await world.reorder();
    await world.answer('scans', { number: 'n-1', saga: 's-1' });
    expect(await standing(world)).toEqual(waits);
    await world.answer('losses', { number: 'n-2', saga: 's-1' });
    expect(await standing(world)).toEqual(['completed']);
  });

  test('is awaited, too, by whoever has a clock that is behind', async () => {
    const world = createCarrier();
    await world.order();
    const { access } = world;
    const behind = { ...access, clock: { ...access.clock, now: () => access.clock.now() - 7_200_000 } };
    expect(await standing({ ...world, saga: async () => world.run(sagaOf(behind, 's-1', await world.manifests())) })).toEqual(waits);
  });

  test('is not awaited any more once the deadline has passed', async () => {
    const world = createCarrier({ afterSeconds: 600 });
    await world.order();
    expect(await standing(world)).toEqual(waits);
    await world.pass(601);
    expect(await standing(world)).toEqual(['completed']);
  });

  test('is not awaited by a saga that was undone', async () => {
    const world = createCarrier();
    await world.order();
    await world.fail();
    expect(await standing(world)).toEqual(['compensated']);
  });

  test('is not awaited for an event that is older than what the service keeps account of', () => {
    const inbound = { event: { type: 'ParcelScanned' }, answers: [{ type: 'LabelIssued' }] };
    const asked = { id: 'e-1', source: 'desk', type: 'LabelIssued', time: '2026-01-01T00:00:00.000Z' };
    const awaitedSince = (since: string) => {
      const journal = { service: 'labels', since: Date.parse(since), claims: [] };
      return awaitedAnswers(
        [{ service: 'labels', inbounds: [inbound] }] as never,
        [journal] as never,
        [asked] as never,
        Date.parse(asked.time),
      );
    };
    expect(awaitedSince(asked.time)).toMatchObject([{ service: 'labels', messageId: 'e-1', types: ['ParcelScanned'] }]);
    expect(awaitedSince('2026-01-01T00:00:00.001Z')).toEqual([]);
  });
});
