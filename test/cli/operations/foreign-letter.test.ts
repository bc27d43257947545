import { describe, expect, test } from 'vitest';
import { enginePorts } from '../../../lib/cli/world/engine-ports.ts';
import type { World } from '../../../lib/cli/world/world.ts';
import { defineChoreography } from '../../../lib/contract/choreography.ts';
import type { Envelope } from '../../../lib/contract/envelope.ts';
import { defineInbound, type InboundSource } from '../../../lib/contract/inbound.ts';
import { defineReaction } from '../../../lib/contract/reaction.ts';
import { defineService } from '../../../lib/contract/service.ts';
import { createEngine, type Engine } from '../../../lib/embedded/engine.ts';
import { event } from '../../cdk/messages.ts';
import { choreo } from '../run-choreo.ts';

const Imported = event('OrderImported');
const Moved = event('OrderMoved');

/** A service with an inbound that finds no id, or no saga, in its messages; and one of another system before it. */
function importing(from: InboundSource) {
  const seen: unknown[] = [];
  const take = defineReaction({ name: 'take', on: Imported, react: ({ id, source, data }) => void seen.push({ id, source, data }) });
  const raw = { correlationId: () => '', data: () => ({ id: 'o-1' }) };
  const service = defineService({
    name: 'imports',
    reactions: [take],
    inbound: [
      defineInbound(Moved, { from: { bus: { source: 'com.example.other', detailType: 'order' } }, id: () => 'm', ...raw }),
      defineInbound(Moved, { from: { bus: { source: 'com.example.erp', detailType: 'moved' } }, id: () => 'm', ...raw }),
      defineInbound<typeof Imported, { id?: string }>(Imported, { from, id: ({ id }) => id as string, ...raw }),
    ],
  });
  const choreography = defineChoreography({ name: 'erp', services: [service] });
  const engine = createEngine(choreography);
  const { access, inputs } = enginePorts(engine, choreography);
  const world: World = {
    access,
    inputs,
    finish: (work) => engine.scheduler.finish(work),
    changed: async () => void (await engine.settle()),
    close() {},
    still: false,
  };
  return { engine, seen, run: (args: readonly string[]) => choreo(args, { world }) };
}

async function letterOf(engine: Engine, code: string): Promise<string> {
  await engine.settle();
  const { items } = await engine.store('imports').listDeadLetters({ limit: 2 });
  expect(items.map(({ error }) => error.code)).toEqual([code]);
  return items[0]?.id ?? '';
}

describe('a foreign message that no inbound can read', () => {
  test.each<[InboundSource, string, (engine: Engine) => void]>([
    [{ queue: 'erp' }, 'erp', (engine) => engine.putMessage({ queue: 'erp' }, '{}')],
    [{ stream: 'erp' }, 'erp', (engine) => engine.putMessage({ stream: 'erp' }, '{}')],
    [
      { bus: { source: 'com.example.erp', detailType: 'order' } },
      'com.example.erp',
      (engine) => engine.putEvent({ source: 'com.example.erp', detailType: 'order', detail: {} }),
    ],
  ])('gets an id and a saga in the envelope that its edit proposes: from %j', async (from, source, put) => {
    const { engine, seen, run } = importing(from);
    put(engine);
    const id = await letterOf(engine, 'INVALID_FOREIGN');
    const edit = (...args: readonly string[]) => run(['dead-letter', 'edit', 'imports', id, ...args, '--reason', 'no id', '--yes']);
    const { exit, err } = await edit('--data', '{"id":"o-1"}');
    expect({ exit, err }).toEqual({ exit: 2, err: expect.stringContaining('It is of another system, and no inbound could read it.') });
    const draft = JSON.parse(/for example (\{.*\})/.exec(err)?.[1] ?? '') as Envelope;
    expect(draft).toMatchObject({ source, type: 'OrderImported', dataschema: Imported.schema.uri, data: { id: 'o-1' } });
    expect((await edit('--message', JSON.stringify({ ...draft, subject: 'o-1' }))).exit).toBe(0);
    expect((await run(['dead-letter', 'redrive', 'imports', id, '--yes'])).exit).toBe(0);
    expect(seen).toEqual([{ id: draft.id, source, data: { id: 'o-1' } }]);
  });

  test('is told apart from a message of ours that is broken', async () => {
    const { engine, run } = importing({ queue: 'erp' });
    engine.putRecord('no json', 'k');
    const id = await letterOf(engine, 'INVALID_JSON');
    const { err } = await run(['dead-letter', 'edit', 'imports', id, '--data', '{}', '--reason', 'r', '--yes']);
    expect(err).toContain('What arrived could not be read.');
    expect(err).not.toContain('for example');
  });
});
