import { ChoreographyError } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../lib/contract/envelope.ts';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { listAudit } from '../../lib/operations/audit.ts';
import { editDeadLetter } from '../../lib/operations/dead-letters/edit.ts';
import { planRedrive, redriveDeadLetters } from '../../lib/operations/dead-letters/redrive.ts';
import { readLag } from '../../lib/operations/lag.ts';
import { begun, brokenDesk, createDesk, type Desk } from './desk.ts';
import { killed, killedAt } from './rig.ts';

const redrive = (desk: Desk, more: object = {}, access: OperatorAccess = desk.access) =>
  desk.run(redriveDeadLetters(access, { consumer: 'desk', ratePerSecond: 100, ...more }));
const states = (desk: Desk) => desk.letters().map(({ state, redrives }) => `${state} ${redrives}`);
/** Counts replayed messages that are handed to the service. */
function countReplays(desk: Desk): () => number {
  let replays = 0;
  const { trace } = desk.backbone;
  const { note } = trace;
  trace.note = (...parts) => {
    const [kind, , , path, size] = parts;
    if (kind === 'deliver' && String(path).startsWith('replay ')) replays += Number(size);
    note(...parts);
  };
  return () => replays;
}

describe('a redrive', () => {
  test('runs only the reaction that failed, and closes the letters', async () => {
    const desk = await brokenDesk(3);
    desk.broken = undefined;
    expect(await redrive(desk)).toMatchObject({ selected: 3, sent: 3, resent: 0, byType: { OrderBegun: 3 }, more: false });
    await desk.settle();
    expect(states(desk)).toEqual(['closed 1', 'closed 1', 'closed 1']);
    expect(desk.noted('o-2')).toEqual({ by: 'note' });
    expect(desk.bankLog).toEqual(['charge o-0', 'charge o-1', 'charge o-2']);
  });

  test('that is run twice sends nothing twice', async () => {
    const desk = await brokenDesk(3);
    const replays = countReplays(desk);
    desk.broken = undefined;
    await redrive(desk);
    expect(await redrive(desk)).toMatchObject({ sent: 0, resent: 3 });
    await desk.settle();
    expect([replays(), states(desk)]).toEqual([3, ['closed 1', 'closed 1', 'closed 1']]);
    expect(await redrive(desk)).toMatchObject({ selected: 0, sent: 0 });
  });

  test('that fails arrives again within five minutes, and after its last count is quarantined', async () => {
    const desk = await brokenDesk(1);
    for (let count = 1; count <= 4; count += 1) {
      await redrive(desk);
      await desk.settle();
      expect(states(desk)).toEqual([`open ${count}`]);
    }
    await redrive(desk);
    await desk.settle();
    expect(states(desk)).toEqual(['quarantined 5']);
    expect(await readLag(desk.access, 'desk')).toMatchObject([{ deadLetters: { count: 1, more: false } }]); // nobody is at it
    expect(await redrive(desk)).toMatchObject({ selected: 0 });
    const { id } = desk.only();
    expect(await redrive(desk, { ids: [id] })).toMatchObject({ sent: 0, reasons: [{ id, why: 'is quarantined' }] });
    await expect(redrive(desk, { quarantined: true })).rejects.toMatchObject({ code: 'INVALID_REDRIVE' });
    desk.broken = undefined;
    expect(await redrive(desk, { ids: [id], quarantined: true })).toMatchObject({ sent: 1 });
    await desk.settle();
    expect(states(desk)).toEqual(['closed 6']);
  });

  test.each([{ limit: 0 }, { ratePerSecond: 0 }])('is refused where it would do nothing: %j', async (changes) => {
    const desk = await brokenDesk(1);
    await expect(redrive(desk, changes)).rejects.toMatchObject({ code: 'INVALID_REDRIVE' });
  });

  test('takes the oldest ones up to its limit, and the next call the next ones', async () => {
    const desk = await brokenDesk(4);
    const ids = desk
      .letters()
      .map(({ id }) => id)
      .sort();
    desk.broken = undefined;
    expect(await redrive(desk, { limit: 2 })).toMatchObject({ sent: 2, more: true });
    expect(
      desk
        .letters()
        .filter(({ state }) => state === 'redriven')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(ids.slice(0, 2));
    expect(await redrive(desk, { limit: 2 })).toMatchObject({ sent: 2, resent: 2 });
    await desk.settle();
    expect(states(desk)).toEqual(['closed 1', 'closed 1', 'closed 1', 'closed 1']);
  });

  test('of which nothing is heard for an hour is open again', async () => {
    const desk = await brokenDesk(1);
    const silent: OperatorAccess = { ...desk.access, replayQueue: () => ({ send: async () => {} }) };
    await redrive(desk, {}, silent);
    desk.broken = undefined;
    await desk.settle(600);
    expect(await redrive(desk)).toMatchObject({
      sent: 0,
      resent: 0,
      skipped: 1,
      reasons: [{ why: expect.stringContaining('was redriven at') }],
    });
    await desk.settle(3_000);
    expect(await redrive(desk)).toMatchObject({ sent: 1 });
    await desk.settle();
    expect(states(desk)).toEqual(['closed 2']);
  });

  test('counts without doing anything when it is only planned', async () => {
    const desk = await brokenDesk(3);
    const before = desk.journals();
    expect(await planRedrive(desk.access, { consumer: 'desk', limit: 2 })).toMatchObject({
      selected: 3,
      sent: 2,
      more: true,
      byType: { OrderBegun: 2 },
    });
    expect(desk.journals()).toBe(before);
    expect((await listAudit(desk.access, { limit: 10 })).items).toEqual([]);
  });

  test('keeps to its rate, leaves a note in each letter, and one entry in the audit', async () => {
    const desk = await brokenDesk(5);
    const before = desk.scheduler.now();
    await redrive(desk, { ratePerSecond: 2, reason: 'note is fixed' });
    expect(desk.scheduler.now() - before).toBeGreaterThanOrEqual(2_000);
    const { items } = await listAudit(desk.access, { limit: 10 });
    expect(items).toMatchObject([
      { who: 'ada', action: 'dead-letter.redrive', service: 'desk', outcome: 'done', reason: 'note is fixed', result: { sent: 5 } },
    ]);
    expect(desk.only().notes).toMatchObject([{ by: 'ada', action: 'redriven', audit: items[0]?.id }]);
  });

  test.each([false, true])(
    'that is killed at any call to a port (after it: %s) is done by the next one: nothing lost, nothing twice',
    async (late) => {
      let k = 0;
      for (let goesOn = true; goesOn; ) {
        k += 1;
        const desk = await brokenDesk(2);
        const replays = countReplays(desk);
        desk.broken = undefined;
        goesOn = await redrive(desk, {}, killedAt(desk.access, k, late)).then(
          () => false,
          (error: unknown) => {
            if (error !== killed) throw error;
            return true;
          },
        );
        await redrive(desk);
        await desk.settle();
        expect({ k, states: states(desk), replays: replays() }).toEqual({ k, states: ['closed 1', 'closed 1'], replays: 2 });
      }
      expect(k).toBeGreaterThan(8);
    },
  );

  test.each([false, true])(
    'that is killed at any call (after it: %s) and fails meanwhile arrives once it is fixed, five minutes or not',
    async (late) => {
      let k = 0;
      for (let goesOn = true; goesOn; ) {
        k += 1;
        const desk = await brokenDesk(1);
        goesOn = await redrive(desk, {}, killedAt(desk.access, k, late)).then(
          () => false,
          () => true,
        );
        await desk.settle();
        desk.broken = undefined;
        await redrive(desk);
        await desk.settle();
        expect({ k, state: desk.only().state, noted: desk.noted('o-0') }).toEqual({ k, state: 'closed', noted: { by: 'note' } });
      }
    },
  );

  test('goes through a store whose answer gets lost, and a queue that is down for a moment', async () => {
    const desk = await brokenDesk(2);
    desk.broken = undefined;
    const replays = countReplays(desk);
    const failures = { commits: 1, sends: 2 };
    const fail = (code: string): never => {
      throw new ChoreographyError(code, 'for a moment', { retryable: true });
    };
    const flaky: OperatorAccess = {
      ...desk.access,
      store(service) {
        const store = desk.access.store(service);
        return {
          ...store,
          async commit(units) {
            const outcomes = await store.commit(units);
            failures.commits -= 1;
            return failures.commits >= 0 ? fail('COMMIT_AMBIGUOUS') : outcomes;
          },
        };
      },
      replayQueue: (service) => ({
        async send(sends) {
          failures.sends -= 1;
          if (failures.sends >= 0) fail('QUEUE_UNAVAILABLE');
          await desk.access.replayQueue(service).send(sends);
        },
      }),
    };
    expect(await redrive(desk, {}, flaky)).toMatchObject({ sent: 2, skipped: 0 });
    await desk.settle();
    expect([states(desk), replays()]).toEqual([['closed 1', 'closed 1'], 2]);
  });

  test('leaves alone what somebody else has changed meanwhile', async () => {
    const desk = await brokenDesk(1);
    const replays = countReplays(desk);
    const store: OperatorAccess['store'] = (service) => ({ ...desk.access.store(service), commit: async () => [{ status: 'conflict' }] });
    const reasons = [{ why: 'was changed meanwhile' }];
    expect(await redrive(desk, {}, { ...desk.access, store })).toMatchObject({ sent: 0, skipped: 1, reasons });
    await desk.settle();
    expect([states(desk), replays()]).toEqual([['open 0'], 0]);
  });

  test('of an event that was refused goes to the channel, not into the service', async () => {
    const desk = createDesk();
    const outbox = { kind: 'outbox' as const, commit: 'c' };
    await desk.publish(begun, { id: 'x' }, 'x');
    await desk.settle();
    const message = desk.backbone.published.find(({ envelope }) => envelope.type === 'OrderPaid')?.envelope;
    const at = new Date(desk.scheduler.now()).toISOString();
    const letter = {
      ...{
        id: `${at}~x`,
        version: 'v',
        consumer: 'desk',
        reactions: [],
        phase: 'publish' as const,
        error: { code: 'AccessDenied', message: 'no' },
      },
      ...{
        attempts: 1,
        firstFailedAt: at,
        lastFailedAt: at,
        source: outbox,
        state: 'open' as const,
        redrives: 0,
        ...(message ? { message } : {}),
      },
    };
    await desk.store('desk').commit([{ id: 'v', writes: [{ kind: 'dead-letter', id: letter.id, expect: null, put: letter }] }]);
    const { publisher: _, ...withoutPublisher } = desk.access;
    const mended = { consumer: 'desk', id: letter.id, reason: 'r', message: { ...(message as Envelope), data: { id: 'y' } } };
    await expect(editDeadLetter(desk.access, mended)).rejects.toThrow('others may have seen the event as it is');
    expect(await redrive(desk, {}, withoutPublisher)).toMatchObject({ skipped: 1 });
    const planned = await planRedrive(withoutPublisher, { consumer: 'desk' });
    expect(planned).toMatchObject({ skipped: 1, sent: 0, resent: 0, published: 0, reasons: [{ id: letter.id }] });
    for (const [outcome, why] of [
      [{ status: 'refused', code: 'AccessDenied', message: 'still no' }, 'was refused again: AccessDenied still no'],
      [{ status: 'retry', reason: 'throttled' }, 'was not accepted; try again later'],
    ] as const) {
      const access = { ...desk.access, publisher: { publish: async () => [outcome] } };
      expect(await redrive(desk, {}, access)).toMatchObject({ published: 0, reasons: [{ why }] });
    }
    expect(states(desk)).toEqual(['open 0']);
    expect(await redrive(desk)).toMatchObject({ sent: 0, published: 1 });
    expect(desk.backbone.published.filter(({ envelope }) => envelope.id === message?.id)).toHaveLength(2);
    expect(states(desk)).toEqual(['closed 0']);
  });
});
