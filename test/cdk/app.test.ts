import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { buildShop } from '../../bin/shop-stacks.ts';
import shop from '../../functions/choreography.ts';
import { inventory } from '../../functions/inventory/service.ts';
import { addFindings, checkChoreography } from '../../lib/cdk/check-choreography.ts';
import { stageNamed, stages } from '../../lib/cdk/index.ts';
import { defineChoreography } from '../../lib/contract/choreography.ts';
import { defineReaction } from '../../lib/contract/reaction.ts';
import { defineService } from '../../lib/contract/service.ts';
import { glueDefinition } from '../../lib/schema/glue-definition.ts';
import type { SchemaObject } from '../../lib/schema/schema-set.ts';
import { type CheckOptions, checkChoreography as report } from '../../lib/topology/check.ts';
import type { Finding } from '../../lib/topology/finding.ts';
import { OrderCompleted } from '../../schemas/generated/index.ts';
import { backboneStack, codeOf, parametersOf, propertiesOf, resourcesOf, serviceStack, testApp } from './synth.ts';

function stacksOf(stage: keyof typeof stages): readonly Stack[] {
  const app = testApp();
  buildShop(app, stages[stage], 'shop', new Map());
  return app.node.children.filter((child) => Stack.isStack(child)) as readonly Stack[];
}

describe('the sample', () => {
  test('is one stack for what all share, and one for each service', () => {
    expect(stacksOf('prod').map(({ stackName }) => stackName)).toEqual([
      'shop-backbone',
      ...shop.services.map(({ name }) => `shop-${name}`),
    ]);
  });

  test('exports nothing from one stack to another', () => {
    for (const stack of stacksOf('prod')) {
      const text = JSON.stringify(Template.fromStack(stack).toJSON());
      expect(text).not.toContain('Fn::ImportValue');
      expect(text).not.toContain('Fn::GetStackOutput');
      expect(Object.keys((Template.fromStack(stack).toJSON() as { Outputs?: object }).Outputs ?? {})).toEqual([]);
    }
  });

  test.each(Object.keys(stages) as (keyof typeof stages)[])('in %s: services look up what the backbone leaves, its key too', (name) => {
    const [platform, ...services] = stacksOf(name);
    const left = Object.keys(parametersOf(platform as Stack)).sort();
    const key = '/choreo/shop/backbone/key-arn';
    for (const stack of services) {
      const lookups = Object.values(Template.fromStack(stack).findParameters('*', { Type: 'AWS::SSM::Parameter::Value<String>' }));
      const names = lookups.map(({ Default }) => Default as string).filter((path) => path.startsWith('/choreo/'));
      expect(left).toEqual(expect.arrayContaining(names));
      expect(names.includes(key)).toBe(left.includes(key));
    }
  });

  test('on an emulator: no readers of their own, no key, no resource that needs a function of the CDK', () => {
    const types = new Set(stacksOf('local').flatMap((stack) => resourcesOf(stack).map(({ type }) => type)));
    expect([...types].filter((type) => /^Custom::|CustomResource|StreamConsumer|KMS::Key|Alarm/.test(type))).toEqual([]);
    expect([...types].sort()).toEqual([
      'AWS::DynamoDB::Table',
      'AWS::Events::EventBus',
      'AWS::Events::EventBusPolicy',
      'AWS::Events::Rule',
      'AWS::Glue::Registry',
      'AWS::Glue::Schema',
      'AWS::Glue::SchemaVersion',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Kinesis::Stream',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Lambda::Url',
      'AWS::Logs::LogGroup',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'AWS::SSM::Parameter',
    ]);
  });

  test.each(Object.keys(stages))('%s, also with a bus only, without the options of a stream', (name) => {
    const { backbone, lookup } = stageNamed(name, { stream: false });
    expect(resourcesOf(backboneStack(backbone).stack).map(({ type }) => type)).not.toContain('AWS::Kinesis::Stream');
    expect(lookup).toEqual({ ...stageNamed(name).lookup, stream: false });
  });

  test('has no stage of another name', () => {
    expect(codeOf(() => stageNamed('test'))).toBe('STAGE_UNKNOWN There is no stage "test": give -c stage=local|dev|prod.');
    expect(codeOf(() => stageNamed('toString'))).toMatch(/^STAGE_UNKNOWN/);
  });
});

describe('deploying one service', () => {
  test('changes no other stack, whatever the service reacts to now', () => {
    const more = defineReaction({ name: 'forgetReservation', on: OrderCompleted, react: () => {} });
    const changed = defineService({ ...inventory, reactions: [...inventory.reactions, more] });
    const templates = (service: typeof inventory) => {
      const services = shop.services.map((one) => (one.name === 'inventory' ? service : one));
      const { stack } = backboneStack({}, services);
      const others = services.map((one) => [one.name, Template.fromStack(serviceStack(one).stack).toJSON()] as const);
      return new Map([['backbone', Template.fromStack(stack).toJSON()] as const, ...others]);
    };
    const before = templates(inventory);
    const after = templates(changed);
    expect([...before.keys()].filter((name) => JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)))).toEqual([
      'inventory',
    ]);
  });
});

describe('a service that is given the backbone itself', () => {
  test('takes everything from the stack of the backbone', () => {
    const { stack: platform, backbone } = backboneStack();
    const stack = new Stack(platform.node.root as never, 'shop-inventory');
    serviceStack(inventory, { backbone }, stack);
    expect(Template.fromStack(stack).toJSON()['Parameters']).toEqual({ BootstrapVersion: expect.anything() });
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).toContain('Fn::ImportValue');
  });
});

describe('the checks', () => {
  const finding = (severity: Finding['severity'], code: string): Finding => ({
    severity,
    code,
    path: 'order.placeOrder',
    message: 'It goes round.',
    fix: 'Cut it.',
  });
  const reportOf = (...findings: Finding[]) => ({ ok: findings.length === 0, findings, allowed: [] });

  test('stop the synthesis with what they found', () => {
    const app = testApp();
    addFindings(app, reportOf(finding('error', 'EVENT_CYCLE'), finding('error', 'COMPENSATION_MISSING')));
    expect(() => app.synth()).toThrow(
      /error EVENT_CYCLE at order\.placeOrder\n {2}It goes round\.\n {2}→ Cut it\.[\s\S]*COMPENSATION_MISSING/,
    );
  });

  test('only warn of what is no error', () => {
    const { stack } = backboneStack();
    addFindings(stack, reportOf(finding('warning', 'NOBODY_LISTENS'), finding('information', 'ONLY_SAID')));
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('warning NOBODY_LISTENS at order.placeOrder\\n  It goes round'));
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('ONLY_SAID'));
  });
});

describe('a choreography in which something is wrong', () => {
  /** Nobody places orders or takes payments. */
  const wrong = defineChoreography({ name: 'shop', services: shop.services.filter(({ name }) => name !== 'order' && name !== 'payment') });

  test('is not synthesized, unless that is allowed with a reason', () => {
    const synth = (options?: CheckOptions) => {
      const app = testApp();
      checkChoreography(new Stack(app, 'shop-backbone'), wrong, options);
      return app.synth();
    };
    const severity = { MESSAGE_NOT_EMITTED: 'error' } as const;
    expect(() => synth({ severity })).toThrow(/error MESSAGE_NOT_EMITTED at inventory\.reserveInventory\.on\.OrderPlaced\n/);
    const { findings } = report(wrong);
    const allow = findings.map(({ path }) => ({ code: 'MESSAGE_NOT_EMITTED' as const, path, reason: 'the others come later' }));
    expect(() => synth({ severity: { ...severity, ALLOWANCE_UNUSED: 'off' }, allow })).not.toThrow();
  });
});

describe('the schemas that a deploy registers', () => {
  const { stack } = serviceStack(shop.services[0] as never, { schemas: 'schemas' });

  test('are those that the service publishes or owns, in every version, under texts that name it', () => {
    const names = resourcesOf(stack, 'AWS::Glue::Schema').map(({ properties }) => properties['Name']);
    expect(names).toEqual(['OrderCancelled', 'OrderCompleted', 'OrderDeadlinePassed', 'OrderExpired', 'OrderPlaced', 'PlaceOrder']);
    const text = (version: number) =>
      glueDefinition({
        type: 'OrderPlaced',
        version,
        schema: JSON.parse(readFileSync(`schemas/OrderPlaced/${version}.json`, 'utf8')) as SchemaObject,
      });
    expect(propertiesOf(stack, 'AWS::Glue::Schema', 'OrderPlaced')).toMatchObject({
      Compatibility: 'NONE',
      DataFormat: 'JSON',
      SchemaDefinition: text(1),
    });
    expect(propertiesOf(stack, 'AWS::Glue::SchemaVersion')['SchemaDefinition']).toBe(text(2));
  });

  test('stay when the stack goes; one that a failed deploy made does not take its name away from the next try', () => {
    const policies = (type: string) => new Set(resourcesOf(stack, type).map(({ deletionPolicy }) => deletionPolicy));
    expect(policies('AWS::Glue::Schema')).toEqual(new Set(['RetainExceptOnCreate']));
    expect(policies('AWS::Glue::SchemaVersion')).toEqual(new Set(['Retain']));
  });
});
