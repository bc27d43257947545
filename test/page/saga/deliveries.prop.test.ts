import { describe, expect, test } from 'vitest';
import { knownManifests } from '../../../lib/operations/access.ts';
import { sagaOf } from '../../../lib/operations/sagas/saga.ts';
import { deliveriesOf } from '../../../lib/page/saga/deliveries.ts';
import { deliveryKey } from '../../../lib/page/saga/delivery.ts';
import { leftBehind } from '../../cli/operations/left-behind.ts';

const SEEDS = [3, 7];

/** Every saga of a run with many faults, and how it is drawn. */
async function drawnSagas(seed: number) {
  const { stage, world } = await leftBehind({ orders: 24, faults: 'many', seed });
  const manifests = await world.finish(knownManifests(world.access));
  const sagas = await Promise.all(stage.sagas.map(({ saga }) => world.finish(sagaOf(world.access, saga, manifests))));
  return sagas.map((saga) => ({ saga, deliveries: deliveriesOf(saga, manifests) }));
}

describe.each(SEEDS)('the deliveries of sagas with many faults, seed %d', async (seed) => {
  const drawn = await drawnSagas(seed);

  test('stand behind what sent their message', () => {
    let looked = 0;
    for (const { deliveries } of drawn) {
      for (const [index, { message }] of deliveries.entries()) {
        const sender = message?.sentBy;
        if (!sender) continue;
        const role = sender.phase === 'undo' ? 'trigger' : 'action';
        const sentAt = deliveries.findIndex((one) => one.to === sender.service && one.reaction === sender.reaction && one.role === role);
        expect(sentAt).toBeGreaterThanOrEqual(0);
        expect(sentAt).toBeLessThan(index);
        looked += 1;
      }
    }
    expect(looked).toBeGreaterThan(100);
  });

  test('have each step that has taken a message once, with the time and the events of its own commit', () => {
    for (const { saga, deliveries } of drawn) {
      expect(new Set(deliveries.map(deliveryKey)).size).toBe(deliveries.length);
      for (const step of saga.steps.filter(({ messageId }) => messageId !== undefined)) {
        const rows = deliveries.filter(
          ({ to, reaction, message }) => to === step.service && reaction === step.reaction && message?.id === step.messageId,
        );
        expect(rows).toHaveLength(1);
        expect(rows[0]?.sent).toHaveLength(step.emitted.length);
        if (step.state === 'done' || step.state === 'undone') expect(rows[0]).toMatchObject({ outcome: 'done', at: step.actedAt });
      }
      for (const step of saga.steps.filter(({ undoneAt }) => undoneAt !== undefined)) {
        const rows = deliveries.filter(({ to, reaction, role }) => to === step.service && reaction === step.reaction && role === 'trigger');
        expect(rows).toMatchObject([{ outcome: 'undone', at: step.undoneAt }]);
      }
    }
  });
});
