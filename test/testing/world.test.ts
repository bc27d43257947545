import { createWorld } from 'aws-choreography/testing';
import { describe, expect, test } from 'vitest';
import { defineChoreography } from '../../lib/contract/choreography.ts';
import { defineReaction } from '../../lib/contract/reaction.ts';
import { defineService } from '../../lib/contract/service.ts';
import { createEngine } from '../../lib/embedded/engine.ts';
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

test.each([Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY, 2 ** 53, '7'])('a world or an engine takes no seed %s', (seed) => {
  for (const create of [createWorld, createEngine])
    expect(() => create(broken, { seed: seed as number })).toThrow(
      expect.objectContaining({
        code: 'INVALID_SEED',
        message: `The seed is ${seed}: give a whole number from 0 to 9007199254740991.`,
      }),
    );
});
