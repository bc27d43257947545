import { defineChoreography, defineReaction, defineService } from 'aws-choreography';
import { expect, test } from 'vitest';
import { OrderPlaced, PlaceOrder } from '../types/messages.ts';
import { refusal } from './refusal.ts';

const place = (name: string) =>
  defineService({ name, reactions: [defineReaction({ name: 'placeOrder', on: PlaceOrder, react: () => ({ orderId: '1' }) })] });
const listen = (name: string) => defineService({ name, reactions: [defineReaction({ name: 'notify', on: OrderPlaced, react() {} })] });

test('a choreography lists its services and is frozen', () => {
  const services = [place('order'), listen('mail'), listen('search')];
  const shop = defineChoreography({ name: 'shop', services });
  expect(shop).toEqual({ name: 'shop', services });
  expect(Object.isFrozen(shop)).toBe(true);
});

test('it needs a good name', () => {
  expect(refusal(() => defineChoreography({ name: 'The Shop', services: [] }))).toBe(
    'INVALID_NAME: The choreography "The Shop" is not a good name: use lower case letters, digits and hyphens, for example order-history.',
  );
});

test('a service is in it once', () => {
  expect(refusal(() => defineChoreography({ name: 'shop', services: [listen('mail'), listen('mail')] }))).toBe(
    'DUPLICATE: Choreography shop: service mail is listed twice.',
  );
});

test('a command has one owner; an event may have many listeners', () => {
  expect(refusal(() => defineChoreography({ name: 'shop', services: [place('order'), place('legacy')] }))).toBe(
    'DUPLICATE: Choreography shop: the command PlaceOrder has two owners, order and legacy; a command goes to one service.',
  );
  expect(refusal(() => defineChoreography({ name: 'shop', services: [listen('mail'), listen('search')] }))).toBe('nothing was refused');
});
