import { defineInbound, defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import { event } from '../runtime/rig.ts';
import { context, createBench, variables } from './bench.ts';

const OrderPlaced = event('OrderPlaced');
const note = defineReaction({ name: 'noteOrder', on: OrderPlaced, react: () => {} });
const desk = defineService({ name: 'desk', reactions: [note] });

describe('the start', () => {
  test('says which variable is missing, and is tried again with the next event', async () => {
    let given: Readonly<Record<string, string>> = { ...variables, CHOREO_TABLE: '' };
    const { handlers } = createBench(desk, { variables: () => given });
    await expect(handlers.worker({ task: 'sweep' }, context())).rejects.toMatchObject({
      code: 'ENVIRONMENT_MISSING',
      message: 'The environment variable CHOREO_TABLE is not set; the construct ChoreographyService sets it, or set it by hand.',
    });
    given = variables;
    await expect(handlers.worker({ task: 'sweep' }, context())).resolves.toBeUndefined();
  });

  test('refuses the resources of another service: its own reactions would never hear of their messages', async () => {
    const { handlers } = createBench(desk, { variables: () => ({ ...variables, CHOREO_SERVICE: 'labels' }) });
    await expect(handlers.worker({ task: 'sweep' }, context())).rejects.toMatchObject({
      code: 'SERVICE_MISMATCH',
      message: expect.stringMatching(/the resources of labels and the code of desk/),
    });
    const own = createBench(desk, { variables: () => ({ ...variables, CHOREO_SERVICE: 'desk' }) });
    await expect(own.handlers.worker({ task: 'sweep' }, context())).resolves.toBeUndefined();
  });

  const board = defineService({ name: 'board', source: 'bus', reactions: [note] });
  const fromErp = defineInbound(OrderPlaced, {
    from: { queue: 'erp' },
    id: () => 'i',
    correlationId: () => 'c',
    data: () => ({ id: 'i' }),
  });
  const imports = defineService({ name: 'imports', source: 'bus', reactions: [note], inbound: [fromErp] });

  // Without them a service runs, until a saga is parked, a record is given up on or an event published past the stream.
  test.each([
    ['a service on the stream without its stream', desk, { CHOREO_STREAM: '' }, 'ENVIRONMENT_MISSING', 'CHOREO_STREAM'],
    ['a service on the bus without its bus', board, { CHOREO_BUS: '' }, 'ENVIRONMENT_MISSING', 'CHOREO_BUS'],
    ['a service on the bus without its queue', board, { CHOREO_BUS_QUEUE: '' }, 'ENVIRONMENT_MISSING', 'CHOREO_BUS_QUEUE'],
    ['a service without its dead-letter queue', desk, { CHOREO_DEAD_LETTER_QUEUE: '' }, 'ENVIRONMENT_MISSING', 'CHOREO_DEAD_LETTER_QUEUE'],
    [
      'a service without the queue behind its replays',
      desk,
      { CHOREO_REPLAY_DEAD_LETTER_QUEUE: '' },
      'ENVIRONMENT_MISSING',
      'CHOREO_REPLAY_DEAD_LETTER_QUEUE',
    ],
    ['a replay queue by its name', desk, { CHOREO_REPLAY_QUEUE: 'replay.fifo' }, 'ENVIRONMENT_INVALID', 'CHOREO_REPLAY_QUEUE'],
    ['a replay queue without order', desk, { CHOREO_REPLAY_QUEUE: 'https://sqs/1/replay' }, 'ENVIRONMENT_INVALID', 'CHOREO_REPLAY_QUEUE'],
    ['an inbound that comes from nowhere', imports, {}, 'ENVIRONMENT_INVALID', 'CHOREO_INBOUNDS'],
    ['settings that are no object', desk, { CHOREO_SETTINGS: '[1]' }, 'ENVIRONMENT_INVALID', 'CHOREO_SETTINGS'],
  ])('refuses %s, and names the variable', async (_, service, changes, code, name) => {
    const { handlers } = createBench(service, { variables: () => ({ ...variables, ...changes }) });
    await expect(handlers.worker({ task: 'sweep' }, context())).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`The environment variable ${name} `),
      details: { name },
    });
  });

  test('takes a service on the bus, and one with an inbound, with what they need', async () => {
    const erp = { ...variables, CHOREO_STREAM: '', CHOREO_INBOUNDS: JSON.stringify({ 'erp-orders': 'erp' }) };
    for (const service of [board, imports]) {
      const { handlers } = createBench(service, { variables: () => erp });
      await expect(handlers.worker({ task: 'sweep' }, context())).resolves.toBeUndefined();
    }
  });
});
