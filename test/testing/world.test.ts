import { createWorld, stored } from 'aws-choreography/testing';
import { describe, expect, test } from 'vitest';
import { defineChoreography } from '../../lib/contract/choreography.ts';
import { defineEntity } from '../../lib/contract/entity.ts';
import { defineReaction } from '../../lib/contract/reaction.ts';
import { defineService } from '../../lib/contract/service.ts';
import { createEngine } from '../../lib/embedded/engine.ts';
import { carrierOf, ordered } from '../operations/carrier.ts';
import { event } from '../runtime/rig.ts';

const begun = event('OrderBegun');

/** A service whose one reaction always throws. */
function brokenService(name: string, reaction: string, error: Error) {
  return defineService({
    name,
    reactions: [
      defineReaction({
        name: reaction,
        on: begun,
        react() {
          throw error;
        },
      }),
    ],
  });
}

const broken = defineChoreography({
  name: 'broken',
  services: [
    brokenService('mail', 'sendMail', Object.assign(new Error('no route'), { code: 'EHOSTDOWN' })),
    brokenService('search', 'indexOrder', new Error('the index is closed')),
  ],
});

describe('a world that does not come to rest', () => {
  test('names each parked message, the reaction that fails and its error', async () => {
    const world = createWorld(broken);
    const { correlationId: saga } = await world.publish(begun, { id: '1' });
    const place = { saga, type: 'OrderBegun' };
    await expect(world.settle()).rejects.toMatchObject({
      code: 'NOT_AT_REST',
      message:
        'After two hours of virtual time there is still work: mail has parked OrderBegun, as sendMail fails with EHOSTDOWN (no route); search has parked OrderBegun, as indexOrder fails with REACTION_FAILED (the index is closed).',
      details: {
        parked: [
          { ...place, service: 'mail', reaction: 'sendMail', code: 'EHOSTDOWN', message: 'no route' },
          { ...place, service: 'search', reaction: 'indexOrder', code: 'REACTION_FAILED', message: 'the index is closed' },
        ],
      },
    });
  });

  test('names five of many, and has all of them in the details', async () => {
    const world = createWorld(broken);
    for (let id = 1; id <= 3; id += 1) await world.publish(begun, { id: `${id}` });
    const error = await world.settle().then(
      () => undefined,
      (thrown: { message: string; details: { parked: readonly unknown[] } }) => thrown,
    );
    expect(error?.message).toMatch(/; 1 more\.$/);
    expect(error?.details.parked).toHaveLength(6);
  });
});

describe('an entity in a world', () => {
  const Stock = defineEntity<{ readonly left: number }>('Stock', { indexes: { left: ({ left }) => String(left) } });
  const sell = defineReaction({
    name: 'sell',
    on: begun,
    async react(_event, tx) {
      const { left = 0 } = (await tx.get(Stock, 'tea')) ?? {};
      tx.put(Stock, 'tea', { left: left - 1 });
    },
  });
  const shop = defineChoreography({
    name: 'shop',
    services: [
      defineService({ name: 'inventory', reactions: [sell] }),
      defineService({ name: 'mail', reactions: [defineReaction({ name: 'write', on: begun, react: async () => {} })] }),
    ],
  });
  const world = () => createWorld(shop, { given: [stored(Stock, 'tea', { left: 5 })] });
  const elsewhere = expect.objectContaining({
    code: 'ENTITY_ELSEWHERE',
    message: 'mail has written no Stock, but inventory has: a service sees its own entities only, so ask for it there.',
    details: { service: 'mail', entity: 'Stock', services: ['inventory'] },
  });

  test('is not asked for in a service that does not have it: neither as absent nor as it was given', async () => {
    const sold = world();
    await sold.publish(begun, { id: '1' });
    await sold.settle();
    expect(sold.state('inventory', Stock, 'tea')).toEqual({ left: 4 });
    for (const id of ['tea', 'coffee']) expect(() => sold.state('mail', Stock, id)).toThrow(elsewhere);
    for (const left of ['4', '5']) await expect(sold.query('mail', Stock, 'left', left)).rejects.toThrow(elsewhere);
  });

  test('that its service does not have is absent', async () => {
    const sold = world();
    expect([sold.state('mail', Stock, 'coffee'), sold.state('inventory', Stock, 'coffee')]).toEqual([undefined, undefined]);
    await sold.publish(begun, { id: '1' });
    await sold.settle();
    expect(sold.state('inventory', Stock, 'coffee')).toBeUndefined();
    expect(await sold.query('inventory', Stock, 'left', '5')).toEqual([]);
  });

  test('may be absent in a service that keeps entities of that name, too, and has deleted its own', async () => {
    const end = defineReaction({
      name: 'end',
      on: begun,
      async react({ data: { id } }, tx) {
        if (await tx.get(Stock, id)) tx.delete(Stock, id);
        else if (id === 'tea') tx.put(Stock, id, { left: 1 });
      },
    });
    const archive = defineService({ name: 'archive', reactions: [end] });
    const kept = createWorld(defineChoreography({ name: 'kept', services: [...shop.services, archive] }));
    for (let time = 0; time < 2; time += 1) {
      await kept.publish(begun, { id: 'tea' });
      await kept.settle();
    }
    expect(kept.state('inventory', Stock, 'tea')).toEqual({ left: -2 });
    expect(kept.state('archive', Stock, 'tea')).toBeUndefined();
    expect(await kept.query('archive', Stock, 'left', '1')).toEqual([]);
  });

  test('has an id that it could be stored under', () => {
    expect(() => world().state('inventory', Stock, '')).toThrow(expect.objectContaining({ code: 'INVALID_ID' }));
  });
});

test('a saga that waits for another system has not ended, until the answer is there', async () => {
  const world = createWorld(carrierOf());
  const { correlationId: saga } = await world.publish(ordered, { id: 'o-1' });
  await expect(world.ended(saga)).rejects.toMatchObject({
    code: 'SAGA_NOT_ENDED',
    message: `The saga ${saga} has not ended though the world is at rest: it is running, and labels waits for ParcelScanned or ParcelLost of another system, in answer to LabelIssued.`,
  });
  world.putMessage({ queue: 'scans' }, { number: 'n-1', saga });
  expect(await world.ended(saga)).toMatchObject({ status: 'completed' });
});

test.each([Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY, 2 ** 53, '7'])('a world or an engine takes no seed %s', (seed) => {
  for (const create of [createWorld, createEngine])
    expect(() => create(broken, { seed: seed as number })).toThrow(
      expect.objectContaining({
        code: 'INVALID_SEED',
        message: `The seed is ${seed}: give a whole number from 0 to 9007199254740991.`,
      }),
    );
});

test('a world with tracing gives it each run, and hands on where a run stood with its events', async () => {
  const ended = event('OrderEnded');
  const end = defineReaction({ name: 'end', on: begun, emits: [ended], react: ({ data }, tx) => tx.emit(ended, data) });
  const note = defineReaction({ name: 'note', on: ended, react() {} });
  const services = [defineService({ name: 'desk', reactions: [end] }), defineService({ name: 'log', reactions: [note] })];
  const span = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const runs: { readonly reaction: string; readonly below: string | undefined }[] = [];
  const world = createWorld(defineChoreography({ name: 'traced', services }), {
    faults: { duplicate: 1 },
    tracing: {
      current: () => undefined,
      begin({ reaction, message: { traceparent } }) {
        runs.push({ reaction, below: traceparent });
        return { context: { traceparent: span }, within: (work) => work(), end() {} };
      },
    },
  });
  await world.publish(begun, { id: '1' });
  await world.settle();
  expect(runs).toEqual([
    { reaction: 'end', below: undefined },
    { reaction: 'note', below: span },
  ]);
});
