// What a deployment finds that the one before it has begun, and that its own reactions would have begun in another way.
import { client, defineReaction, defineService, type Reaction } from 'aws-choreography';
import { expect, test } from 'vitest';
import { claims, createRig, event, letters, messageOf, type Rig, type RigOptions } from './rig.ts';

const begun = event('OrderBegun');
const failed = event('OrderFailed');

interface Bank {
  charge(request: { readonly key: string }): Promise<void>;
}

const compensation = { on: failed, undo() {} };

function serviceOf(...reactions: readonly Reaction[]) {
  return defineService({ name: 'orders', reactions });
}

/** The next deployment, an hour later. */
function deploy({ store }: Rig, reaction: Reaction, options: RigOptions = {}): Rig {
  const rig = createRig(serviceOf(reaction), { ...options, store });
  rig.later(3_600);
  return rig;
}

test('a call that was begun by a reaction whose client is gone is OUTCOME_UNKNOWN, and never done', async () => {
  const down: Bank = { charge: () => Promise.reject(new Error('no answer')) };
  const calling = defineReaction({
    name: 'pay',
    on: begun,
    clients: { bank: client<Bank>() },
    react: (_, tx) => tx.clients.bank.charge({ key: tx.idempotencyKey }),
    compensation,
  });
  const rig = createRig(serviceOf(calling as Reaction), { clients: { bank: down } });
  await rig.deliver(messageOf(begun, '1'));
  expect(claims(rig)).toEqual(['pay 1 started']);

  const next = deploy(rig, defineReaction({ name: 'pay', on: begun, react() {}, compensation }));
  await next.wake('saga-1');
  expect([claims(next), letters(next)]).toEqual([['pay 1 gave-up'], ['OUTCOME_UNKNOWN 1']]);
});
