// Glue takes each schema once: who registers what.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { defineReaction } from '../../lib/contract/reaction.ts';
import { defineService } from '../../lib/contract/service.ts';
import { glueDefinition } from '../../lib/schema/glue-definition.ts';
import { OrderCancelled, OrderCompleted, OrderPlaced } from '../../schemas/generated/index.ts';
import { directoryOf } from '../schema/schema-directory.ts';
import { codeOf, resourcesOf, serviceStack, testApp } from './synth.ts';

const react = () => undefined;
const cancel = defineReaction({ name: 'cancel', on: OrderPlaced, emits: [OrderCancelled, OrderCompleted], react });
const cancelToo = defineReaction({ name: 'cancelToo', on: OrderPlaced, emits: [OrderCancelled], react });
const first = defineService({ name: 'first', reactions: [cancel] });
const second = defineService({ name: 'second', reactions: [cancelToo] });
const schemas = 'schemas';
const names = (stack: Stack) => resourcesOf(stack, 'AWS::Glue::Schema').map(({ properties }) => properties['Name']);

test('an event of two services is registered by the one that does not leave it to the other', () => {
  const app = testApp();
  const one = serviceStack(first, { schemas, schemasElsewhere: ['OrderCancelled'] }, new Stack(app, 'one'));
  const two = serviceStack(second, { schemas }, new Stack(app, 'two'));
  expect(names(one.stack)).toEqual(['OrderCompleted']);
  expect(names(two.stack)).toEqual(['OrderCancelled']);
});

test('two that register one message are refused, with both of their names', () => {
  const app = testApp();
  serviceStack(first, { schemas }, new Stack(app, 'one'));
  expect(codeOf(() => serviceStack(second, { schemas }, new Stack(app, 'two')))).toBe(
    'SCHEMA_TWICE two/Service: one/Service also registers the schemas of OrderCancelled. Name it in `schemasElsewhere` of one of the two.',
  );
});

test('the same service may be in another Region, and in another stage of a pipeline', () => {
  const app = testApp();
  for (const region of ['eu-west-1', 'eu-central-1']) serviceStack(first, { schemas }, new Stack(app, region, { env: { region } }));
  for (const stage of ['dev', 'prod']) {
    const stack = new Stack(new Stage(app, stage), 'one');
    expect(codeOf(() => serviceStack(first, { schemas }, stack))).toBe('nothing was thrown');
  }
});

test('what the service does not publish cannot be left to another one', () => {
  expect(codeOf(() => serviceStack(second, { schemas, schemasElsewhere: ['OrderCanceled'] }))).toBe(
    'SCHEMA_MISSING shop-second/Service: `schemasElsewhere` names OrderCanceled, which the service neither publishes nor owns; the messages are OrderCancelled.',
  );
});

test('versions are registered as they are counted: the tenth behind the ninth, and not behind the first', async () => {
  const versions = Array.from({ length: 10 }, (_, index) => index + 1);
  const directory = await directoryOf(Object.fromEntries(versions.map((version) => [`OrderCancelled/${version}.json`, {}])));
  const { stack } = serviceStack(second, { schemas: directory });
  const registered = [...resourcesOf(stack, 'AWS::Glue::Schema'), ...resourcesOf(stack, 'AWS::Glue::SchemaVersion')];
  expect(registered.map(({ properties }) => properties['SchemaDefinition'])).toEqual(
    versions.map((version) => glueDefinition({ type: 'OrderCancelled', version, schema: {} })),
  );
});

test('more versions than the gate takes are refused, where the newest would be missing in the registry', async () => {
  const versions = Array.from({ length: 101 }, (_, index) => index + 1);
  const directory = await directoryOf(Object.fromEntries(versions.map((version) => [`OrderCancelled/${version}.json`, {}])));
  const folder = join(directory, 'OrderCancelled');
  expect(codeOf(() => serviceStack(second, { schemas: directory }))).toBe(
    `SCHEMA_INVALID shop-second/Service/Schemas: ${folder}: there are more than 100 versions: make the newest one version 1 of a message with another name.`,
  );
  await rm(join(folder, '101.json'));
  expect(codeOf(() => serviceStack(second, { schemas: directory }))).toBe('nothing was thrown');
});

test('a gap in the versions is refused, where Glue would count the third one as the second', async () => {
  const directory = await directoryOf({ 'OrderCancelled/1.json': {}, 'OrderCancelled/3.json': {} });
  expect(codeOf(() => serviceStack(second, { schemas: directory }))).toBe(
    `SCHEMA_INVALID shop-second/Service/Schemas: ${join(directory, 'OrderCancelled')}: 2.json is missing: versions count from 1 without a gap, and old ones stay.`,
  );
});
