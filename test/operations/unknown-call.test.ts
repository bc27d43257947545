import { describe, expect, test } from 'vitest';
import { planRedrive, redriveDeadLetters } from '../../lib/operations/dead-letters/redrive.ts';
import { resolveDeadLetter } from '../../lib/operations/dead-letters/resolve.ts';
import { showDeadLetter } from '../../lib/operations/dead-letters/show.ts';
import { failed, unknownDesk } from './desk.ts';

const consumer = 'desk';

const why = 'is about pay, which called bank.charge, and calls at most once: find out what the call did, and close it by resolve';

describe('a dead letter about a call that is never repeated', () => {
  test('is left alone by a redrive, which would end as before: the plan, the redrive and show say so', async () => {
    const desk = await unknownDesk();
    const { id } = desk.only();
    const before = desk.journals();
    const left = { selected: 1, sent: 0, skipped: 1, reasons: [{ id, why }], byType: {} };
    expect(await desk.run(planRedrive(desk.access, { consumer }))).toMatchObject(left);
    expect(await desk.run(redriveDeadLetters(desk.access, { consumer, ids: [id] }))).toMatchObject(left);
    await desk.settle();
    expect([desk.journals(), desk.bankLog]).toEqual([before, ['charge o-0']]);
    expect(await desk.run(showDeadLetter(desk.access, { consumer, id }))).toMatchObject({ redriveProblem: why });
  });

  test('is redriven when somebody has found out: a failure that came meanwhile undoes it', async () => {
    const desk = await unknownDesk();
    await desk.publish(failed, { id: 'o-0' }, 'f', 'o-0');
    await desk.settle(120);
    const idOf = (phase: string) => desk.letters().find((letter) => letter.phase === phase)?.id ?? '';
    const undo = { consumer, ids: [idOf('undo')] };
    expect(await desk.run(planRedrive(desk.access, undo))).toMatchObject({ sent: 0, skipped: 1 });
    await desk.run(resolveDeadLetter(desk.access, { consumer, id: idOf('react'), as: 'done', reason: 'the bank has it' }));
    expect(await desk.run(redriveDeadLetters(desk.access, undo))).toMatchObject({ sent: 1, skipped: 0 });
    await desk.settle();
    expect([desk.bankLog, desk.claimStates('o-0')]).toEqual([
      ['charge o-0', 'refund o-0'],
      ['note done', 'pay undone'],
    ]);
  });

  test('is redriven where its reaction is deployed as one that may repeat its calls, or has not said', async () => {
    const desk = await unknownDesk();
    const { access } = desk;
    const consumers = async () =>
      (await access.consumers()).map(({ manifest, ...one }) => {
        const reactions = manifest?.reactions.map((reaction) => ({ ...reaction, delivery: 'at-least-once' as const })) ?? [];
        return manifest ? { ...one, manifest: { ...manifest, reactions } } : one;
      });
    expect(await planRedrive({ ...access, consumers }, { consumer })).toMatchObject({ sent: 1 });
    const silent = async () => (await access.consumers()).map(({ manifest: _, ...one }) => one);
    expect(await planRedrive({ ...access, consumers: silent }, { consumer })).toMatchObject({ sent: 1 });
  });
});
