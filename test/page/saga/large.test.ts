import { defineReaction, defineService } from 'aws-choreography';
import { expect, test } from 'vitest';
import { answerPage } from '../../../lib/page/pages.tsx';
import { createEnvelope, isoTime } from '../../../lib/runtime/message/envelopes.ts';
import { begun, paid } from '../../operations/desk.ts';
import { createRig } from '../../operations/rig.ts';

const EACH = 600;

function reading(name: string, on: typeof begun | typeof paid) {
  return defineService({ name, reactions: [defineReaction({ name: 'read', on, async react() {} })] });
}

test('a saga with very many messages is shown in part, and the page says so', async () => {
  const rig = createRig({ services: [reading('attic', begun), reading('cellar', paid)], clients: {} });
  const time = isoTime(rig.scheduler.now());
  const events = Array.from({ length: EACH }, (_, index) =>
    [begun, paid].map((event) => {
      const id = `${event.type}-${index}`;
      return createEnvelope(event, { id }, { id, source: 'elsewhere', time, correlationid: 'o-0', causationid: id, hops: 0 });
    }),
  ).flat();
  await rig.run(rig.backbone.publisher.publish(events));
  await rig.settle();
  const desk = { access: rig.access, finish: rig.run, name: 'rig', options: '', lookBackSeconds: 900 };
  const { body } = await answerPage(desk, 'saga', new URLSearchParams({ id: 'o-0' }));
  expect(body).toContain(`The first 300 deliveries of ${2 * EACH}.`);
  expect(body.match(new RegExp(`The first 1000 of ${2 * EACH}\\.`, 'g'))).toHaveLength(2);
  expect(body.match(/<tr>/g)).toHaveLength(2 * (1_000 + 1));
});
