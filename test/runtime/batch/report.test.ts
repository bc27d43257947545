import { defineReaction, defineService } from 'aws-choreography';
import { expect, test } from 'vitest';
import { createRig, event, messageOf } from '../rig.ts';

const begun = event('OrderBegun');
const dropped = event('OrderDropped');
const take = defineReaction({
  name: 'take',
  on: begun,
  fails: [dropped],
  react({ id }, tx) {
    if (id === 'bad') tx.fail(dropped, { id });
    if (id === 'hopeless') throw Object.assign(new Error('no such order'), { retryable: false });
  },
});

test('what is as it should be is logged at debug, a business failure at info, a dead letter as an error', async () => {
  const rig = createRig(defineService({ name: 'orders', reactions: [take] }));
  const [good, bad, hopeless] = ['good', 'bad', 'hopeless'].map((id) => messageOf(begun, id));
  await rig.deliver(good as never, bad as never, hopeless as never);
  await rig.deliver(good as never);
  const outcomes = rig.log.filter(({ fields }) => 'outcome' in fields).map(({ level, fields }) => `${fields['outcome']} ${level}`);
  expect(outcomes.sort()).toEqual(['dead-lettered error', 'done debug', 'duplicate debug', 'failed info']);
});
