import { defineInbound, defineReaction, defineService, type Service } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import type { CommandType } from '../../lib/contract/message-type.ts';
import { startReplay } from '../../lib/operations/replay/manage.ts';
import type { ReplaySpec } from '../../lib/operations/replay/spec.ts';
import { PlaceOrder } from '../embedded/shop.ts';
import { event } from '../runtime/rig.ts';
import { createRig } from './rig.ts';

describe('a rebuild is refused', () => {
  const ping = event('PingSent');
  const safe = defineReaction({ name: 'safe', on: ping, reprocessable: true, react: () => {} });
  const unsafe = defineReaction({ name: 'unsafe', on: ping, react: () => {} });
  const onCommand = defineReaction({ name: 'onCommand', on: PlaceOrder as CommandType, reprocessable: true, react: () => {} });
  const inbound = defineInbound(ping, { from: { queue: 'old' }, id: () => 'x', correlationId: () => 'x', data: () => ({ id: 'x' }) });
  const asked = async (service: Service, changes: Partial<ReplaySpec> = {}) => {
    const rig = createRig({ services: [service], clients: {} });
    return rig.run(startReplay(rig.access, { consumer: 'search', from: { kind: 'start' }, mode: 'reprocess', ...changes }));
  };

  test.each([
    [
      'a reaction that does not declare it',
      defineService({ name: 'search', reactions: [safe, unsafe] }),
      'unsafe of search may not run again',
    ],
    ['a reaction on a command', defineService({ name: 'search', reactions: [safe, onCommand] }), 'onCommand of search may not run again'],
    [
      'an inbound',
      defineService({ name: 'search', reactions: [safe], inbound: [inbound] }),
      'search also takes PingSent from an inbound, and what comes through one is not on the stream',
    ],
  ])('for a service with %s, by name', async (_, service, text) => {
    await expect(asked(service)).rejects.toMatchObject({ code: 'REPROCESS_REFUSED', message: expect.stringContaining(text) });
  });

  test('with an inbound no more when that is what is wanted', async () => {
    const service = defineService({ name: 'search', reactions: [safe], inbound: [inbound] });
    await expect(asked(service, { withoutInbound: true })).resolves.toMatchObject({ generation: 2 });
  });

  test.each<Partial<ReplaySpec>>([
    { from: { kind: 'time', at: 0 } },
    { until: 1 },
    { maxMessages: 1 },
    { correlationId: 'x' },
    { types: ['PingSent'] },
    { reactions: ['safe'] },
  ])('from a part of the events: %j', async (changes) => {
    const service = defineService({ name: 'search', reactions: [safe] });
    await expect(asked(service, changes)).rejects.toMatchObject({
      code: 'INVALID_REPLAY',
      message: expect.stringContaining('--from-start'),
    });
  });
});
