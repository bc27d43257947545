import { defineReaction, defineService } from 'aws-choreography';
import { expect, test } from 'vitest';
import { answerPage } from '../../lib/page/pages.tsx';
import { begun, never, paid } from '../operations/desk.ts';
import { createRig } from '../operations/rig.ts';

/** Gives up on every message of a type. */
function breaking(name: string, on: typeof begun | typeof paid) {
  const react = async () => {
    throw never(`not by ${name}`);
  };
  return defineService({ name, reactions: [defineReaction({ name: 'read', on, react })] });
}

test('dead letters stand in the order in which they failed, over all consumers, or of one', async () => {
  const rig = createRig({ services: [breaking('cellar', begun), breaking('attic', paid)], clients: {} });
  await rig.publish(paid, { id: 'first' }, 'first');
  await rig.settle();
  await rig.publish(begun, { id: 'second' }, 'second');
  await rig.settle();
  await rig.publish(paid, { id: 'third' }, 'third');
  await rig.settle();
  const ask = async (path: string, query = {}) => {
    const desk = { access: rig.access, finish: rig.run, name: 'rig', options: '', lookBackSeconds: 900 };
    return (await answerPage(desk, path, new URLSearchParams(query))).body;
  };
  const sagasIn = (body: string) => [...body.matchAll(/href="saga\?id=(\w+)"/g)].map(([, id]) => id);
  expect(sagasIn(await ask('dead-letters'))).toEqual(['third', 'second', 'first']);
  expect(await ask('consumers')).toContain('<a href="dead-letters?consumer=attic">2</a>');
  const attic = await ask('dead-letters', { consumer: 'attic' });
  expect(sagasIn(attic)).toEqual(['third', 'first']);
  expect(attic).not.toContain('not by cellar');
});

test('a redrive is offered for what it can send only: not for a record that holds no message', async () => {
  const rig = createRig({ services: [breaking('cellar', begun)], clients: {} });
  const page = async () => {
    const desk = { access: rig.access, finish: rig.run, name: 'rig', options: '', lookBackSeconds: 900 };
    return (await answerPage(desk, 'dead-letters', new URLSearchParams())).body;
  };
  rig.backbone.stream.put({ data: JSON.stringify({ type: begun.type }), partitionKey: 'x' });
  await rig.settle();
  const unreadable = await page();
  expect(unreadable).toContain('choreo dead-letter show cellar');
  expect(unreadable).not.toContain('choreo dead-letter redrive');
  await rig.publish(begun, { id: 'first' }, 'first');
  await rig.settle();
  expect(await page()).toContain('choreo dead-letter redrive cellar');
});

test('a redrive is not offered where nothing would run, and the page says why', async () => {
  const rig = createRig({ services: [breaking('cellar', begun)], clients: {} });
  await rig.publish(begun, { id: 'first' }, 'first');
  await rig.settle();
  const page = async (access: typeof rig.access) => {
    const desk = { access, finish: rig.run, name: 'rig', options: '', lookBackSeconds: 900 };
    return (await answerPage(desk, 'dead-letters', new URLSearchParams())).body;
  };
  const emptied = async () =>
    (await rig.access.consumers()).map(({ manifest, ...one }) => ({
      ...one,
      ...(manifest ? { manifest: { ...manifest, reactions: [] } } : {}),
    }));
  expect(await page(rig.access)).toContain('choreo dead-letter redrive cellar');
  const body = await page({ ...rig.access, consumers: emptied });
  expect(body).not.toContain('choreo dead-letter redrive');
  expect(body).toContain('! a redrive would do nothing about 1: it is about OrderBegun, for read, which does not take it in cellar');
});
