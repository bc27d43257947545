import { readFileSync } from 'node:fs';
import { App, type AppProps, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Backbone, type BackboneProps, ChoreographyService, type ChoreographyServiceProps } from '../../lib/cdk/index.ts';
import { defineChoreography } from '../../lib/contract/choreography.ts';
import { isChoreographyError } from '../../lib/contract/errors.ts';
import type { AnyService } from '../../lib/contract/service.ts';

/** The flags of the repository's own app. */
const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { readonly context: Readonly<Record<string, unknown>> };

/** What a role may do with the key, and only through the services that need it. */
export const keyActions = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** An app that bundles nothing and runs no validation but ours. */
export function testApp(props: AppProps = {}): App {
  return new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
    ...props,
  });
}

/** A resource of a template, with its references written as text: `<ServiceJournal.Arn>`. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy?: string;
}

function readableId(id: string): string {
  const parameter = /^SsmParameterValue(.+)[0-9A-F]{32}Parameter$/.exec(id);
  return parameter ? `ssm:${parameter[1]}` : id.replace(/[0-9A-F]{8}$/, '');
}

/** Intrinsic functions as text. */
export function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  if (typeof fields['Ref'] === 'string') return `<${readableId(fields['Ref'])}>`;
  const attributeOf = (fields['Fn::GetAtt'] ?? []) as string | readonly string[];
  const [id, attribute] = typeof attributeOf === 'string' ? attributeOf.split('.') : attributeOf;
  if (id !== undefined) return `<${readableId(id)}.${attribute}>`;
  const [separator, parts] = (fields['Fn::Join'] ?? []) as readonly [string?, (readonly unknown[])?];
  if (parts) return parts.map(readable).join(separator);
  const template = fields['Fn::Sub'];
  if (typeof template === 'string') return template.replace(/\$\{([\w.:]+)\}/g, '<$1>');
  const [index, list] = (fields['Fn::Select'] ?? []) as readonly [number?, unknown?];
  if (list !== undefined) {
    const [by, text] = ((list as Readonly<Record<string, unknown>>)['Fn::Split'] ?? []) as readonly [string?, unknown?];
    return `<part ${index} by ${by} of ${readable(text)}>`;
  }
  return Object.fromEntries(Object.entries(fields).map(([name, inner]) => [name, readable(inner)]));
}

/** All resources of a stack, of one type if it is given. */
export function resourcesOf(stack: Stack, type?: string): readonly Resource[] {
  const { Resources } = Template.fromStack(stack).toJSON() as {
    readonly Resources: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  return Object.entries(Resources)
    .filter(([, resource]) => type === undefined || resource['Type'] === type)
    .map(([id, resource]) => ({
      id: readableId(id),
      type: resource['Type'] as string,
      properties: (readable(resource['Properties']) ?? {}) as Readonly<Record<string, unknown>>,
      ...(resource['DeletionPolicy'] === undefined ? {} : { deletionPolicy: resource['DeletionPolicy'] as string }),
    }));
}

/** The properties of the one resource of that type whose id contains `part`. */
export function propertiesOf(stack: Stack, type: string, part = ''): Readonly<Record<string, unknown>> {
  const found = resourcesOf(stack, type).filter(({ id }) => id.includes(part));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} of ${type} ${part}: ${found.map(({ id }) => id)}`);
  return found[0].properties;
}

/** Values of all SSM parameters by name. */
export function parametersOf(stack: Stack): Readonly<Record<string, string>> {
  return Object.fromEntries(resourcesOf(stack, 'AWS::SSM::Parameter').map(({ properties }) => [properties['Name'], properties['Value']]));
}

/** The statements of the role of a function. */
export function statementsOf(stack: Stack, part: string): readonly Readonly<Record<string, unknown>>[] {
  const { PolicyDocument } = propertiesOf(stack, 'AWS::IAM::Policy', part) as {
    readonly PolicyDocument: { readonly Statement: readonly Readonly<Record<string, unknown>>[] };
  };
  return PolicyDocument.Statement.map(({ Effect: _, ...statement }) => statement);
}

/** A stack with a backbone. */
export function backboneStack(
  props: Partial<BackboneProps> = {},
  services: readonly AnyService[] = [],
): { readonly stack: Stack; readonly backbone: Backbone } {
  const stack = new Stack(testApp(), 'shop-backbone');
  const choreography = defineChoreography({ name: 'shop', services });
  return { stack, backbone: new Backbone(stack, 'Backbone', { choreography, ...props }) };
}

/** A stack with one service, which finds its backbone by name. */
export function serviceStack(
  service: AnyService,
  props: Partial<ChoreographyServiceProps> = {},
  stack: Stack = new Stack(testApp(), `shop-${service.name}`),
): { readonly stack: Stack; readonly service: ChoreographyService } {
  const made = new ChoreographyService(stack, 'Service', {
    backbone: props.backbone ?? Backbone.fromName(stack, 'Backbone', 'shop'),
    service,
    entry: 'functions/order/handler.ts',
    startAt: 'earliest',
    ...props,
  });
  return { stack, service: made };
}

/** What a misuse is refused with. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isChoreographyError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'nothing was thrown';
}
