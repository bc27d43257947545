import { defineChoreography, defineEntity, defineReaction, defineService } from 'aws-choreography';
import { expect, test } from 'vitest';
import { createEngine } from '../../lib/embedded/engine.ts';
import { event } from '../runtime/rig.ts';

const counted = event('StockCounted');
const Stock = defineEntity<{ available: number }>('Stock');
const Row = defineEntity<{ seen: number }>('Row');

const count = defineReaction({
  name: 'count',
  on: counted,
  async react({ data: { id } }, tx) {
    await tx.get(Stock, id);
  },
});
const note = defineReaction({
  name: 'note',
  on: counted,
  async react({ data: { id } }, tx) {
    tx.put(Row, id, { seen: ((await tx.get(Row, id))?.seen ?? 0) + 1 });
  },
});

test('an operator sees in a service what the world gave it, and not what it gave for the others', async () => {
  const services = [defineService({ name: 'stock', reactions: [count] }), defineService({ name: 'board', reactions: [note] })];
  const given = [
    { entity: Stock, id: 'tea', state: { available: 1 } },
    { entity: Row, id: 'coffee', state: { seen: 1 } },
  ];
  const engine = createEngine(defineChoreography({ name: 'counting', services }), { given });
  const { store } = engine.operate([]);
  const seen = async (service: string) =>
    (await store(service).scanEntities({ generation: 1, limit: 10 })).items.map(({ entity, id }) => `${entity} ${id}`);
  expect([await seen('stock'), await seen('board')]).toEqual([[], []]);

  await engine.publish(counted, { id: 'tea' });
  await engine.settle();
  expect([await seen('stock'), await seen('board')]).toEqual([['Stock tea'], ['Row coffee', 'Row tea']]);
});

test('an operator knows the settings that a service tells of itself', async () => {
  const choreography = defineChoreography({ name: 'counting', services: [defineService({ name: 'stock', reactions: [count] })] });
  const engine = createEngine(choreography, { settings: { redrivesMax: 2, messageAgeSecondsMax: 86_400, parkedSagasMax: 7 } });
  const stock = { name: 'stock', source: 'stream' as const };
  expect(await engine.operate([stock]).consumers()).toEqual([{ ...stock, redrivesMax: 2, messageAgeSecondsMax: 86_400 }]);
});
