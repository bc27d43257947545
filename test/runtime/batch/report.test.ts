import { defineReaction, defineService } from 'aws-choreography';
import { expect, test } from 'vitest';
import { schemaUri } from '../../../lib/schema/uri.ts';
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

test('the data of a dead letter is in the log without what is sensitive, and not at all in a version whose secrets are not known here', async () => {
  const secret = { ...begun, schema: { ...begun.schema, sensitive: ['/card'] } };
  const pay = defineReaction({
    name: 'pay',
    on: secret,
    react() {
      throw Object.assign(new Error('no'), { retryable: false });
    },
  });
  const writerSchemas = { find: async () => ({ ...begun.schema, sensitive: ['/card', '/iban'] }) };
  const rig = createRig(defineService({ name: 'payments', reactions: [pay] }), { writerSchemas });
  const data = { id: 'a', card: '4711', iban: 'DE00' };
  await rig.deliver(messageOf(secret, 'now', { data }), messageOf(secret, 'newer', { data, dataschema: schemaUri('OrderBegun', 2) }));
  const logged = rig.log.filter(({ fields }) => fields['outcome'] === 'dead-lettered').map(({ fields }) => [fields['id'], fields['data']]);
  expect(logged).toEqual([
    ['now', { ...data, card: '[redacted]' }],
    ['newer', undefined],
  ]);
});
