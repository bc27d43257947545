import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../lib/contract/envelope.ts';
import type { ConsumerInfo, OperatorAccess } from '../../lib/operations/access.ts';
import { groupDeadLetters, groupWarnings } from '../../lib/operations/dead-letters/groups.ts';
import { listDeadLetters } from '../../lib/operations/dead-letters/list.ts';
import { planRedrive, redriveDeadLetters } from '../../lib/operations/dead-letters/redrive.ts';
import { showDeadLetter } from '../../lib/operations/dead-letters/show.ts';
import { untakenProblem } from '../../lib/operations/dead-letters/untaken.ts';
import { begun, brokenDesk, createDesk, type Desk } from './desk.ts';

const consumer = { consumer: 'desk' };
const states = (desk: Desk) => desk.letters().map(({ state, redrives }) => `${state} ${redrives}`);
const manifestIn = ({ manifest }: ConsumerInfo) => manifest as NonNullable<typeof manifest>;

/** What an operator sees of the desk after a deploy that left it these reactions. */
function deployed({ access }: Desk, reactions: readonly string[]): OperatorAccess {
  const left = (one: ConsumerInfo) => manifestIn(one).reactions.filter(({ name }) => reactions.includes(name));
  const consumers = async () =>
    (await access.consumers()).map((one) => ({ ...one, manifest: { ...manifestIn(one), reactions: left(one) } }));
  return { ...access, consumers };
}

/** What is sent to the replay queue arrives nowhere. */
function deaf({ access }: Desk, more: Partial<ConsumerInfo> = {}): OperatorAccess {
  return {
    ...access,
    consumers: async () => (await access.consumers()).map((one) => ({ ...one, ...more })),
    replayQueue: (service) => ({ ...access.replayQueue(service), send: async () => undefined }),
  };
}

describe('a dead letter that nothing would run on any more', () => {
  const why =
    'is about OrderBegun, for note, which does not take it in desk as it is deployed: deploy such a reaction, or close it by discard or resolve';

  test('is left alone by a redrive, which says why, and so do the lists', async () => {
    const desk = await brokenDesk(2);
    const access = deployed(desk, ['pay']);
    const [newest, oldest] = desk.letters();
    const left = { sent: 0, skipped: 2, reasons: [oldest, newest].map((letter) => ({ id: letter?.id, why })) };
    expect(await planRedrive(access, consumer)).toMatchObject(left);
    expect(await desk.run(redriveDeadLetters(access, consumer))).toMatchObject(left);
    expect(states(desk)).toEqual(['open 0', 'open 0']);
    expect((await listDeadLetters(access, { limit: 1 })).items).toMatchObject([{ untaken: why }]);
    const { groups } = await groupDeadLetters(access);
    expect(groups).toMatchObject([{ count: 2, unheard: 0, untaken: { count: 2, why } }]);
    expect(groups.flatMap(groupWarnings)).toEqual([`a redrive would do nothing about 2: the newest ${why}`]);
    const shown = await showDeadLetter(access, { ...consumer, id: desk.only().id });
    expect([shown.redriveProblem, shown.unheardSince]).toEqual([why, undefined]);
  });

  test('is redriven while a reaction that it is for is there, and where nobody says what there is', async () => {
    const desk = await brokenDesk(1);
    expect(await planRedrive(deployed(desk, ['note']), consumer)).toMatchObject({ sent: 1 });
    const silent = async () => (await desk.access.consumers()).map(({ manifest: _, ...one }) => one);
    expect(await planRedrive({ ...desk.access, consumers: silent }, consumer)).toMatchObject({ sent: 1 });
    expect((await groupDeadLetters(desk.access)).groups[0]).not.toHaveProperty('untaken');
  });

  test('that could not be read is left alone only where no reaction at all takes it', async () => {
    const desk = createDesk();
    await desk.publish(begun, { id: 'o-0' }, 'o-0');
    await desk.settle();
    const message = desk.backbone.published[0]?.envelope as Envelope;
    const letter = { phase: 'decode', reactions: [], message } as const;
    const problem = async (access: OperatorAccess, more: object = {}) =>
      untakenProblem((await access.consumers())[0] as ConsumerInfo, { ...letter, ...more });
    const bare = deployed(desk, []);
    expect(await problem(desk.access)).toBeUndefined();
    expect(await problem(bare)).toMatch(/^is about OrderBegun, that no reaction takes in desk as it is deployed: /);
    expect(await problem(bare, { phase: 'publish' })).toBeUndefined();
  });
});

describe('a redrive of which nothing is heard', () => {
  test('is said to have ended without a word, once its dead letter is open again', async () => {
    const desk = await brokenDesk(1);
    const access = deaf(desk);
    await desk.run(redriveDeadLetters(access, consumer));
    const { redrivenAt } = desk.only();
    await desk.settle(3_000);
    expect((await groupDeadLetters(access)).groups).toMatchObject([{ byState: { redriven: 1 }, unheard: 0 }]);
    await desk.settle(700);
    expect((await listDeadLetters(access, { limit: 1 })).items).toMatchObject([{ state: 'open', unheardSince: redrivenAt }]);
    const { groups } = await groupDeadLetters(access);
    expect(groups.flatMap(groupWarnings)).toEqual(['nothing was heard of the last redrive of 1 for an hour: open again']);
    expect(await showDeadLetter(access, { ...consumer, id: desk.only().id })).toMatchObject({ unheardSince: redrivenAt });
  });

  test.each([
    [1, { redrivesMax: 1 }],
    [2, { redrivesMax: 2 }],
    [5, {}],
  ])('is tried %i times, as its service says by %j, before it is quarantined', async (times, bounds) => {
    const desk = await brokenDesk(1);
    const access = deaf(desk, bounds);
    for (let count = 1; count <= times; count += 1) {
      await desk.run(redriveDeadLetters(access, consumer));
      expect(states(desk)).toEqual([`redriven ${count}`]);
      await desk.settle(3_700);
    }
    expect(await desk.run(redriveDeadLetters(access, consumer))).toMatchObject({ sent: 0, quarantined: 1 });
  });
});
