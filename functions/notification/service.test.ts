import { message, runService } from 'aws-choreography/testing';
import { expect, test } from 'vitest';
import { OrderCancelled, OrderCompleted } from '../../schemas/generated/index.ts';
import { createMailerDouble } from '../doubles.ts';
import { notification } from './service.ts';

test.each([
  [message(OrderCompleted, { orderId: 'o-1' }), 'Your order is on its way.'],
  [message(OrderCancelled, { orderId: 'o-1', reason: 'card declined' }), 'Your order was cancelled: card declined'],
])('$type is told to the customer, once', async (when, text) => {
  const mailer = createMailerDouble();
  const result = await runService(notification, { clients: { mailer }, when });

  expect(result).toMatchObject({ outcome: 'done', emitted: [] });
  expect(mailer.sent).toEqual([{ to: 'o-1', text }]);
});
