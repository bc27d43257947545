// What a service consists of, as rows of words: for holding docs/without-constructs.md against the constructs.
import type { Stack } from 'aws-cdk-lib';
import { type Resource, resourcesOf } from './synth.ts';

/** What the page calls the parts of a service, by the ids of their constructs; what its words have twice is there twice. */
const nameOf: Readonly<Record<string, string>> = {
  ServiceJournal: 'journal',
  ServiceQueuesReplay: 'replay queue',
  ServiceQueuesReplayDeadLetters: 'replay dead-letter queue',
  ServiceQueuesDeadLetters: 'dead-letter queue',
  ServiceQueuesBus: 'bus queue',
  ServiceQueuesInbound: 'rule queue',
  ServiceWorkerFunction: 'worker',
  ServiceCommandFunction: 'command function',
  ServiceWorkerFunctionEventInvokeConfig: 'invocations of the worker',
  ServiceCommandFunctionEventInvokeConfig: 'invocations of the command function',
  ServiceCommandFunctionFunctionUrl: 'function URL',
  ServiceWorkerLogs: 'log group',
  ServiceCommandLogs: 'log group',
  ServiceStreamConsumer: 'stream consumer',
  ServiceStreamMapping: 'mapping of the stream',
  ServiceBusQueueMapping: 'mapping of the bus queue',
  ServiceReplayQueueMapping: 'mapping of the replay queue',
  ServiceDeadLetterQueueMapping: 'mapping of the dead-letter queue',
  ServiceReplayDeadLetterQueueMapping: 'mapping of the replay dead-letter queue',
  ServiceInboundRuleQueueMapping: 'mapping of the rule queue',
  ServiceInboundQueueerpMapping: 'mapping of an inbound queue',
  ServiceInboundStreamwarehouseMapping: 'mapping of an inbound stream',
  ServiceInboundStreamwarehouseConsumer: 'consumer of an inbound stream',
  ServiceBusRule1: 'rule of the bus',
  ServiceInboundRulesRule1: 'rule of an inbound',
  ServiceSweep: 'sweep rule',
  // docs/by-hand.yaml
  Journal: 'journal',
  ReplayQueue: 'replay queue',
  ReplayDeadLetterQueue: 'replay dead-letter queue',
  DeadLetterQueue: 'dead-letter queue',
  Worker: 'worker',
  WorkerInvocations: 'invocations of the worker',
  WorkerLogs: 'log group',
  StreamMapping: 'mapping of the stream',
  ReplayMapping: 'mapping of the replay queue',
  DeadLetterMapping: 'mapping of the dead-letter queue',
  ReplayDeadLetterMapping: 'mapping of the replay dead-letter queue',
  Sweep: 'sweep rule',
  StreamArn: 'stream',
  OperatorRoleArn: 'operator function',
};

/** What is found, brought or AWS's, by how a template writes it. */
const foundNames: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^<ssm:choreo\w+?backbonestreamarn>$/, 'stream'],
  [/^<ssm:choreo\w+?backbonebusarn>$/, 'bus'],
  [/^<ssm:choreo\w+?backbonekeyarn>$/, 'key'],
  [/^<ssm:choreo\w+?backboneoperatorrolearn>$/, 'operator function'],
  [/:table\/<(?:ssm:choreo\w+?backbonecontroltable|ControlTable)>$/, 'control table'],
  [/:registry\/<(?:ssm:choreo\w+?backboneregistry|Registry)>$/, 'registry'],
  [/:schema\/<(?:ssm:choreo\w+?backboneregistry|Registry)>\/\w+$/, 'schemas that it takes'],
  [/:table\/customers-production$/, 'brought table'],
  [/:erp-orders$/, 'inbound queue'],
  [/:stream\/warehouse-moves$/, 'inbound stream'],
  [/^<(?:Service)?Journal\.Arn>\/index\/by-value$/, 'journal’s index'],
  [/^lambda\.amazonaws\.com$/, 'lambda.amazonaws.com'],
];

function wordOf(text: string): string {
  const found = foundNames.find(([pattern]) => pattern.test(text))?.[1];
  if (found !== undefined) return found;
  const [, id = ''] = /^<(\w+)(?:\.\w+)?>$/.exec(text) ?? [];
  return nameOf[id] ?? text.replace('<AWS::Region>', '<region>').replace('<AWS::URLSuffix>', 'amazonaws.com');
}

/** A value of a template in words: lists with commas, the values of an object one after the other. */
export function words(value: unknown): string {
  if (Array.isArray(value)) return value.map(words).join(', ');
  if (typeof value === 'object' && value !== null) return Object.values(value).map(words).join(' ');
  return wordOf(String(value));
}

/** Types of resources whose properties are in other tables of the page, or only tie others together. */
const elsewhere = new Set([
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::SQS::QueuePolicy',
  'AWS::SSM::Parameter',
  'AWS::Logs::LogGroup',
  'AWS::CloudWatch::Alarm',
  'AWS::Lambda::Permission',
]);
/** Properties that are, too; and texts for people. */
const passedOver = new Set(['Description', 'Environment', 'Code', 'ResourcePolicy', 'ConsumerName']);

/** What points to one other resource, and nothing else, can only be so; but a key is a choice. */
function isReference(name: string, value: unknown): boolean {
  return name !== 'KmsMasterKeyId' && typeof value === 'string' && /^(?:<|arn:)/.test(value);
}

/** A setting: of what, which, and what it is. */
export type Row = readonly [what: string, setting: string, value: string];

function rowsOf({ id, type, properties }: Resource): readonly Row[] {
  if (elsewhere.has(type)) return [];
  const what = nameOf[id] ?? id;
  return Object.entries(properties)
    .filter(([name, value]) => !passedOver.has(name) && !isReference(name, value))
    .map(([name, value]) => [what, name, name === 'FilterCriteria' || name === 'EventPattern' ? 'its types' : words(value)]);
}

/** All settings of the services in these stacks, each once. */
export function settingsOf(stacks: readonly Stack[]): readonly Row[] {
  return stacks.flatMap((stack) => resourcesOf(stack).flatMap(rowsOf));
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Principal?: Readonly<Record<string, string>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
interface PolicyProperties {
  readonly PolicyDocument?: { readonly Statement: readonly Statement[] };
  readonly ResourcePolicy?: { readonly PolicyDocument: { readonly Statement: readonly Statement[] } };
}

/** A right: whose, to do what, with what, and if. */
export type Right = readonly [who: string, action: string, on: string, condition: string];

/** What is of one service alone. */
const ownWords: Readonly<Record<string, string>> = { 'events:source': '<service>', 'events:detail-type': '<types that it publishes>' };

function conditionOf({ Condition = {} }: Statement): string {
  return Object.entries(Condition)
    .flatMap(([operator, tests]) => Object.entries(tests).map(([key, value]) => `${operator} ${key} ${ownWords[key] ?? words(value)}`))
    .join('; ');
}

function principalOf(id: string, { Principal }: Statement): string {
  if (id.includes('WorkerRole')) return 'worker';
  if (id.includes('CommandRole')) return 'command function';
  return words(Principal);
}

function rightsIn({ id, type, properties }: Resource): readonly Right[] {
  if (type === 'AWS::Lambda::Permission') {
    const [who, action, on, rule] = ['Principal', 'Action', 'FunctionName', 'SourceArn'].map((name) => words(properties[name]));
    return [[who, action, on, `ArnLike aws:SourceArn ${rule}`] as Right];
  }
  const { PolicyDocument, ResourcePolicy } = properties as PolicyProperties;
  const statements = PolicyDocument?.Statement ?? ResourcePolicy?.PolicyDocument.Statement ?? [];
  return statements.flatMap((statement) => {
    const who = `${statement.Effect === 'Deny' ? 'nobody: ' : ''}${principalOf(id, statement)}`;
    // `*` in the policy of a table is that table.
    const on = [statement.Resource].flat().map((resource) => (resource === '*' ? (nameOf[id] ?? resource) : words(resource)));
    return [statement.Action].flat().flatMap((action) => on.map((one): Right => [who, action, one, conditionOf(statement)]));
  });
}

/** All rights that the services in these stacks have or give. */
export function rightsOf(stacks: readonly Stack[]): readonly Right[] {
  return stacks.flatMap((stack) => resourcesOf(stack).flatMap(rightsIn));
}
