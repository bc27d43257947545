// docs/by-hand.yaml is what a team writes that has only the page: it is compared with what the constructs make of the same service.
import { Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { expect, test } from 'vitest';
import { Backbone } from '../../lib/cdk/index.ts';
import { manifestOf } from '../../lib/topology/manifest.ts';
import { loyalty } from '../e2e/deployed/later/services.ts';
import { parametersOf, propertiesOf, resourcesOf, serviceStack, testApp } from './synth.ts';
import { rightsOf, settingsOf } from './wiring.ts';

const written = new Stack(testApp(), 'by-hand');
new CfnInclude(written, 'Template', { templateFile: 'docs/by-hand.yaml' });
const made = new Stack(testApp(), 'by-construct');
const backbone = Backbone.fromName(made, 'Backbone', 'shop', { encryptionKey: false });
serviceStack(loyalty, { backbone, fanOut: false, alarms: false }, made);

const sorted = (rows: readonly (readonly string[])[]) => [...new Set(rows.map((row) => row.join(' | ')))].sort();
const variablesOf = (stack: Stack) =>
  (propertiesOf(stack, 'AWS::Lambda::Function', 'Worker')['Environment'] as { readonly Variables: object }).Variables;
const patternOf = (stack: Stack) => propertiesOf(stack, 'AWS::Lambda::EventSourceMapping', 'StreamMapping')['FilterCriteria'];
const typesOf = (stack: Stack) =>
  resourcesOf(stack)
    .map(({ type }) => type)
    .sort();

test('a template that is written by hand has the settings that the constructs give', () => {
  expect(sorted(settingsOf([written]))).toEqual(sorted(settingsOf([made])));
  expect(patternOf(written)).toEqual(patternOf(made));
});

test('it has the same rights, each of them', () => {
  expect(sorted(rightsOf([written]))).toEqual(sorted(rightsOf([made])));
});

test('it has as many resources of each type, and no other', () => {
  expect(typesOf(written)).toEqual(typesOf(made));
});

test('its function has the same variables', () => {
  expect(Object.keys(variablesOf(written)).sort()).toEqual(Object.keys(variablesOf(made)).sort());
  expect(variablesOf(written)).toMatchObject({ CHOREO_BACKBONE: 'shop', CHOREO_SERVICE: 'loyalty', NODE_OPTIONS: '--enable-source-maps' });
});

test('it is found by the same parameters, with the same in its address', () => {
  const [byHand, byConstruct] = [parametersOf(written), parametersOf(made)];
  expect(Object.keys(byHand).sort()).toEqual(Object.keys(byConstruct).sort());
  const address = (parameters: typeof byHand) => Object.keys(JSON.parse(parameters['/choreo/shop/services/loyalty'] ?? '{}')).sort();
  expect(address(byHand)).toEqual(address(byConstruct));
  expect(byConstruct['/choreo/shop/manifests/loyalty/001']).toBe(JSON.stringify(manifestOf(loyalty)));
});
