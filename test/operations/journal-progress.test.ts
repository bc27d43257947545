import { describe, expect, test } from 'vitest';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { pauseConsumer, resumeConsumer } from '../../lib/operations/consumers.ts';
import { readLag } from '../../lib/operations/lag.ts';
import { startReplay } from '../../lib/operations/replay/manage.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import { begun, createDesk, type Desk, failed } from './desk.ts';

/** What an operator on AWS has: nobody keeps account of the shards. */
function blind({ access }: Desk): OperatorAccess {
  const { progress: _, ...rest } = access;
  return rest;
}

const lagOf = async (desk: Desk, access: OperatorAccess) => (await desk.run(readLag(access, 'desk')))[0];

/** A consumer that took `taken` messages, `apart` seconds apart, and then stands before `left` more. */
async function standing(taken: number, left: number, apart = 1): Promise<Desk> {
  const desk = createDesk();
  for (let index = 0; index < taken; index += 1) {
    await desk.publish(begun, { id: `t-${index}` }, `t-${index}`);
    await desk.settle(apart);
  }
  await desk.run(pauseConsumer(desk.access, 'desk', 'a test'));
  for (let index = 0; index < left; index += 1) {
    await desk.publish(begun, { id: `l-${index}` }, `l-${index}`);
    await desk.scheduler.run({ until: desk.scheduler.now() + apart * 1000 });
  }
  return desk;
}

/** Position and count of each shard, without what only an exact account knows. */
const shardsOf = (lag: Awaited<ReturnType<typeof lagOf>>) =>
  lag?.shards.map(({ shard, messages, sequenceNumber, milliseconds }) => ({ shard, messages, sequenceNumber, milliseconds }));

describe('how far a consumer is, where only its journal tells', () => {
  test.each([
    ['keeps up', 12, 0, 1],
    ['stands before a few', 12, 3, 1],
    ['stands before many that came at once', 12, 700, 0],
    ['took many at once and stands before some', 700, 8, 0],
    ['took nothing for days', 12, 2, 50_000],
    ['stands before many that came one by one', 12, 300, 30],
  ])('and it %s: per shard as it is', async (_, taken, left, apart) => {
    const desk = await standing(taken, left, apart);
    const exact = await lagOf(desk, desk.access);
    const found = await lagOf(desk, blind(desk));
    expect(found).toMatchObject({ known: 'at-most', messages: left, milliseconds: exact?.milliseconds });
    expect(shardsOf(found)).toEqual(shardsOf(exact));
    expect(found?.unknownShards).toEqual([]);
  });

  test('and most of the stream is for others: what it took behind a part that is too long to read is found', async () => {
    const desk = await standing(12, 0);
    const { id: _, ...other } = { ...desk.backbone.published[0]?.envelope, type: 'OrderPaid' };
    for (let index = 0; index < 12_000; index += 1) {
      const partitionKey = `n-${index}`;
      desk.backbone.stream.put({ data: JSON.stringify({ ...other, id: partitionKey }), partitionKey });
      if (index % 2_000 === 0) await desk.scheduler.run({ until: desk.scheduler.now() + 1_000 });
    }
    await desk.run(resumeConsumer(desk.access, 'desk'));
    for (let index = 0; index < 12; index += 1) await desk.publish(begun, { id: `later-${index}` }, `later-${index}`);
    await desk.settle();
    expect(desk.noted('later-11')).toBeDefined();
    expect(await lagOf(desk, blind(desk))).toMatchObject({ messages: 0, milliseconds: 0 });
  });

  test('and it has claimed nothing of a shard: that is said, and its messages are not counted', async () => {
    const desk = await standing(0, 40);
    expect(desk.backbone.stream.shards).toHaveLength(2);
    const lag = await lagOf(desk, { ...blind(desk), behindMilliseconds: async () => 9 });
    expect(lag).toMatchObject({ known: 'at-most', shards: [], unknownShards: desk.backbone.stream.shards, milliseconds: 9 });
    expect(lag).not.toHaveProperty('messages');
  });

  test('and there is nothing for it on the stream: it is not behind', async () => {
    const desk = createDesk();
    expect(await lagOf(desk, blind(desk))).toMatchObject({ messages: 0, milliseconds: 0, unknownShards: [] });
  });

  test('and a replay has run ahead of it: only what the replay took is no more to be done', async () => {
    const desk = await standing(12, 24);
    const { id } = await desk.run(startReplay(desk.access, { consumer: 'desk', from: { kind: 'start' }, correlationId: 'l-23' }));
    await desk.run(runReplay(desk.access, id));
    await desk.settle();
    expect([desk.noted('l-22'), desk.noted('l-23')]).toEqual([undefined, { by: 'note' }]);
    expect(await lagOf(desk, blind(desk))).toMatchObject({ known: 'at-most', messages: 23 });
  });

  test('and the last that came for it were failures: what they found undone is done', async () => {
    const desk = await standing(12, 0);
    await desk.run(resumeConsumer(desk.access, 'desk'));
    for (let index = 0; index < 12; index += 1) await desk.publish(failed, { id: `t-${index}` }, `f-${index}`, `t-${index}`);
    await desk.settle();
    expect(desk.claimStates('t-3')).toContain('pay undone');
    expect(await lagOf(desk, blind(desk))).toMatchObject({ messages: 0, unknownShards: [] });
    await desk.run(pauseConsumer(desk.access, 'desk', 'a test'));
    for (let index = 0; index < 12; index += 1) await desk.publish(begun, { id: `l-${index}` }, `l-${index}`);
    await desk.publish(failed, { id: 't-3' }, 'again', 't-3');
    expect(await lagOf(desk, blind(desk))).toMatchObject({ messages: 12 });
  });

  test('and failures are all that there is for it: it does not tell', async () => {
    const desk = createDesk();
    for (let index = 0; index < 12; index += 1) await desk.publish(failed, { id: `t-${index}` }, `f-${index}`);
    await desk.settle();
    expect(await lagOf(desk, blind(desk))).toMatchObject({ shards: [], unknownShards: desk.backbone.stream.shards });
  });

  test('and it goes on: the journal follows', async () => {
    const desk = await standing(12, 4);
    await desk.run(resumeConsumer(desk.access, 'desk'));
    await desk.settle();
    expect(await lagOf(desk, blind(desk))).toMatchObject({ messages: 0, milliseconds: 0 });
  });

  test('it is not searched for where all consumers are asked for, nor without a manifest', async () => {
    const desk = await standing(12, 4);
    const access = blind(desk);
    const [all] = await desk.run(readLag({ ...access, behindMilliseconds: async () => 7 }));
    expect(all).toMatchObject({ known: 'none', shards: [], milliseconds: 7 });
    expect(all).not.toHaveProperty('messages');
    const consumers = async () => [{ name: 'desk', source: 'stream' as const }];
    expect(await lagOf(desk, { ...access, consumers })).toMatchObject({ known: 'none', shards: [] });
  });
});
