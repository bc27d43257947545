import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { order } from '../../functions/order/service.ts';
import { search } from '../../functions/search/service.ts';
import { Backbone } from '../../lib/cdk/index.ts';
import { defineChoreography } from '../../lib/contract/choreography.ts';
import { codeOf, serviceStack, testApp } from './synth.ts';

const env = { account: '111122223333', region: 'eu-west-1' };
const shop = defineChoreography({ name: 'shop', services: [order] });

test('a service in two stacks of one account is refused; another service, Region or backbone is not', () => {
  const app = testApp();
  const put = (id: string, place = env, backbone = 'shop', service = order) => {
    const stack = new Stack(app, id, { env: place });
    return codeOf(() => serviceStack(service, { backbone: Backbone.fromName(stack, 'Backbone', backbone) }, stack));
  };
  expect([
    put('first'),
    put('search', env, 'shop', search),
    put('far', { ...env, region: 'us-east-1' }),
    put('other', env, 'shop-2'),
  ]).toEqual(Array(4).fill('nothing was thrown'));
  expect(put('second')).toBe(
    'DEPLOYED_TWICE second/Service: the service order of the backbone shop is made by first/Service already: give it to one construct, or name the two backbones apart.',
  );
});

test('so is a second backbone of the same name', () => {
  const stack = new Stack(testApp(), 'shop-backbone');
  new Backbone(stack, 'One', { choreography: shop });
  expect(codeOf(() => new Backbone(stack, 'Two', { choreography: shop }))).toMatch(/^DEPLOYED_TWICE .*Two: the backbone shop is made by/);
  expect(codeOf(() => new Backbone(stack, 'Three', { choreography: shop, name: 'shop-2' }))).toBe('nothing was thrown');
});

test('of stacks whose account a profile decides, it is a warning', () => {
  const app = testApp();
  const [, second] = ['dev', 'prod'].map((id) => serviceStack(order, {}, new Stack(app, id)).stack) as [Stack, Stack];
  const said = Match.stringLikeRegexp('made by dev/Service already.*unless their stacks go to different accounts');
  Annotations.fromStack(second).hasWarning('/prod/Service', said);
});
