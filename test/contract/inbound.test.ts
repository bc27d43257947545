import { defineInbound, type InboundDefinition } from 'aws-choreography';
import { expect, test } from 'vitest';
import { inboundDefinition } from '../../lib/contract/inbound.ts';
import { OrderPlaced, PlaceOrder } from '../types/messages.ts';
import { refusal } from './refusal.ts';

const definition: InboundDefinition<typeof OrderPlaced, unknown> = {
  from: { bus: { source: 'legacy.shop', detailType: 'order' } },
  id: () => '1',
  correlationId: () => '1',
  data: () => undefined,
};

test('an inbound keeps its event and how to read it, and is frozen', () => {
  const inbound = defineInbound(OrderPlaced, definition);
  expect(inboundDefinition(inbound)).toEqual({ kind: 'inbound', event: OrderPlaced, ...definition });
  expect(Object.isFrozen(inbound)).toBe(true);
});

test.each([undefined, 'OrderPlaced', PlaceOrder])('a foreign message stands for an event, not for %j', (event) => {
  expect(refusal(() => defineInbound(event as never, definition as never))).toBe(
    'INVALID_INBOUND: defineInbound needs the event that the foreign message stands for; use a constant in schemas/generated.',
  );
});

test.each(['id', 'correlationId', 'data'])('it needs `%s`', (part) => {
  expect(refusal(() => defineInbound(OrderPlaced, { ...definition, [part]: undefined }))).toBe(
    `INVALID_INBOUND: The inbound OrderPlaced has no \`${part}\`: give a function of the raw message.`,
  );
});
