import type { Envelope } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import { openLetters } from '../../lib/operations/sagas/open-letters.ts';
import { sagaOf } from '../../lib/operations/sagas/saga.ts';
import type { DeadLetter } from '../../lib/runtime/journal/dead-letter.ts';
import { createEnvelope, isoTime } from '../../lib/runtime/message/envelopes.ts';
import { begun, createDesk } from './desk.ts';
import { createRig, losing } from './rig.ts';
import { allStuck, order } from './stuck.ts';

/** An order whose payment never came to be, and what the test says about it as a dead letter. */
async function givenUpOrder(letter: Pick<DeadLetter, 'consumer' | 'phase' | 'reactions'>) {
  const rig = createRig({ createRuntime: losing('payment', () => true) });
  const id = await order(rig, 'rich-1');
  const before = (await sagaOf(rig.access, id, rig.manifests)).status;
  const message = rig.backbone.published.find(({ envelope }) => envelope.type === 'StockReserved')?.envelope as Envelope;
  const put: DeadLetter = {
    ...letter,
    id: `${message.time}~given-up`,
    version: 'v',
    message,
    error: { code: 'SCHEMA_VIOLATION', message: 'data is wrong' },
    attempts: 1,
    firstFailedAt: message.time,
    lastFailedAt: message.time,
    source: { kind: 'outbox', commit: 'c' },
    state: 'open',
    redrives: 0,
  };
  await rig.store(letter.consumer).commit([{ id: 'v', writes: [{ kind: 'dead-letter', id: put.id, expect: null, put }] }]);
  await rig.scheduler.run({ until: rig.scheduler.now() + 1_000_000 });
  return { rig, id, letter: put.id, before };
}

describe('a message that was given up before it had a claim', () => {
  test.each([
    { consumer: 'payment', phase: 'decode', reactions: [] },
    { consumer: 'inventory', phase: 'publish', reactions: [] },
  ] as const)('in $consumer ($phase) makes its saga stuck, which is said once, and why', async (about) => {
    const { rig, id, letter, before } = await givenUpOrder(about);
    const saga = await sagaOf(rig.access, id, rig.manifests);
    expect([before, saga.status]).toEqual(['running', 'stuck']);
    expect(saga.expected[0]).toMatchObject({ service: 'payment', reaction: 'chargeOrder', deadLetter: letter });
    expect(saga.deadLetters).toMatchObject([{ id: letter, service: about.consumer, state: 'open', message: { type: 'StockReserved' } }]);
    const finding = { kind: 'given-up', service: about.consumer, reaction: 'chargeOrder', deadLetters: [letter] };
    for (const limit of [1, 100]) expect(await allStuck(rig, limit)).toMatchObject([{ correlationId: id, ...finding }]);
    expect(await allStuck(rig, 100, 3_600)).toEqual([]);
  });

  test('for another reaction stops none', async () => {
    const { rig, id } = await givenUpOrder({ consumer: 'payment', phase: 'react', reactions: ['somethingElse'] });
    const saga = await sagaOf(rig.access, id, rig.manifests);
    expect([saga.status, saga.deadLetters.length]).toEqual(['stuck', 1]);
    expect((await allStuck(rig, 100)).map(({ kind }) => kind)).toEqual(['missing']);
  });

  test('is all that is known of its saga: it came from elsewhere, and was too old', async () => {
    const desk = createDesk();
    const time = isoTime(desk.scheduler.now() - 30 * 86_400_000);
    const head = { id: 'o-0', source: 'elsewhere', time, correlationid: 'o-0', causationid: 'o-0', hops: 0 };
    await desk.backbone.publisher.publish([createEnvelope(begun, { id: 'o-0' }, head)]);
    await desk.settle();
    const forgetful = async () => (await desk.access.consumers()).map((one) => ({ ...one, messageAgeSecondsMax: 1_209_600 }));
    const saga = await sagaOf({ ...desk.access, consumers: forgetful }, 'o-0', desk.manifests);
    expect([saga.status, saga.deadLetters.map(({ error }) => error.code)]).toEqual(['stuck', ['TOO_OLD']]);
    expect((await allStuck(desk, 10)).map(({ kind, reaction }) => `${kind} ${reaction}`)).toEqual(['given-up note', 'given-up pay']);
  });

  test('upon a step that another one has taken stands beside the saga, which is completed', async () => {
    const desk = createDesk();
    for (const id of ['o-0', 'o-1']) await desk.publish(begun, { id: 'o-0' }, id, 'o-0');
    await desk.settle(1_000);
    const saga = await sagaOf(desk.access, 'o-0', desk.manifests);
    expect([saga.status, saga.deadLetters]).toMatchObject([
      'completed',
      [{ service: 'desk', reactions: ['pay'], error: { code: 'STEP_TAKEN' }, message: { id: 'o-1' } }],
    ]);
    expect(await allStuck(desk, 10)).toEqual([]);
    const known = await openLetters(desk.access, { limit: 10 });
    expect(await sagaOf(desk.access, 'o-0', desk.manifests, known)).toEqual(saga);
    expect((await sagaOf(desk.access, 'o-9', desk.manifests, known)).deadLetters).toEqual([]);
  });
});
