import { describe, expect, test } from 'vitest';
import { demoShop } from '../../../bin/demo-shop.ts';
import { type PlanOptions, planOrders } from '../../../lib/cli/demo/plan.ts';

const plan = (options: Partial<PlanOptions>) => planOrders({ orders: 24, faults: 'some', ...options }, demoShop);
const ordersOf = (options: Partial<PlanOptions>) => plan(options).flatMap(({ orders }) => orders);
const refusals = (options: Partial<PlanOptions>) =>
  ordersOf(options).flatMap(({ number, refusedBy }) => (refusedBy ? [[number, refusedBy]] : []));

describe('the plan of a demo', () => {
  test.each([1, 2, 3, 4, 5, 6, 24, 1_000])('%i orders are each placed once, in order', (orders) => {
    expect(ordersOf({ orders }).map(({ number }) => number)).toEqual(Array.from({ length: orders }, (_, index) => index + 1));
  });

  test('spreads the refusals, and the first order goes well', () => {
    expect(refusals({})).toEqual([
      [2, 'shipping'],
      [9, 'payment'],
      [16, 'inventory'],
    ]);
    expect(refusals({ orders: 5 })).toEqual([
      [2, 'shipping'],
      [3, 'payment'],
      [4, 'inventory'],
    ]);
    expect(refusals({ orders: 2 })).toEqual([[2, 'shipping']]);
    expect(refusals({ orders: 1 })).toEqual([]);
  });

  test('the last of five or more orders meets a service that is down, alone', () => {
    expect(plan({}).at(-1)).toEqual({ orders: [{ number: 24 }], down: 'payment' });
    expect(plan({ orders: 4 }).some(({ down }) => down !== undefined)).toBe(false);
  });

  test('one broken record comes, with the second wave if there is one', () => {
    expect(plan({}).flatMap(({ poison }, index) => (poison ? [index] : []))).toEqual([1]);
    expect(plan({ orders: 2 }).flatMap(({ poison }, index) => (poison ? [index] : []))).toEqual([0]);
  });

  test('without faults nothing of that', () => {
    expect(plan({ faults: 'none', orders: 5 })).toEqual([
      { orders: [1, 2, 3, 4].map((number) => ({ number })) },
      { orders: [{ number: 5 }] },
    ]);
  });

  test('a broken service that can refuse does so for every order, and nothing else is planned', () => {
    expect(plan({ fail: 'payment', orders: 2 })).toEqual([{ orders: [1, 2].map((number) => ({ number, refusedBy: 'payment' })) }]);
  });

  test('a service that is down refuses nothing', () => {
    expect(plan({ fail: 'notification', orders: 2 })).toEqual([{ orders: [{ number: 1 }, { number: 2 }] }]);
  });
});
