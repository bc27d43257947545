import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DisableRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  StartReplayCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expectThat, type Probe, pause, type Rig, until } from './probe.ts';

/** How long a message that should not come is waited for. */
const SECOND_SECONDS = 5;

async function createBus({ events, nameOf, undo }: Rig): Promise<{ readonly name: string; readonly arn: string }> {
  const Name = nameOf('bus');
  const { EventBusArn = '' } = await events.send(new CreateEventBusCommand({ Name }));
  undo.push(() => events.send(new DeleteEventBusCommand({ Name })));
  return { name: Name, arn: EventBusArn };
}

async function addRule(
  { events, nameOf, undo }: Rig,
  bus: string,
  pattern: object,
  target: Pick<Target, 'Arn' | 'DeadLetterConfig'>,
): Promise<string> {
  const [Name, EventBusName] = [nameOf('rule'), bus];
  const { RuleArn = '' } = await events.send(new PutRuleCommand({ Name, EventBusName, EventPattern: JSON.stringify(pattern) }));
  await events.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets: [{ ...target, Id: 'one' }] }));
  undo.push(async () => {
    await events.send(new RemoveTargetsCommand({ Rule: Name, EventBusName, Ids: ['one'] }));
    await events.send(new DeleteRuleCommand({ Name, EventBusName }));
  });
  return RuleArn;
}

async function emit({ events }: Rig, bus: string, type: string, detail: object): Promise<void> {
  const entry = { EventBusName: bus, Source: 'probe', DetailType: type, Detail: JSON.stringify(detail) };
  await events.send(new PutEventsCommand({ Entries: [entry] }));
}

function received({ sqs }: Rig, url: string, seconds?: number): Promise<Message> {
  const command = { QueueUrl: url, WaitTimeSeconds: 1, MessageAttributeNames: ['All'], VisibilityTimeout: 60 };
  return until('a message', async () => (await sqs.send(new ReceiveMessageCommand(command))).Messages?.[0], seconds);
}

/** The bus: patterns, what a target does not take, replay. */
export const eventProbes: readonly Probe[] = [
  {
    area: 'EventBridge',
    rule: 'a rule delivers what its pattern matches (prefix, numeric, anything-but), and nothing else',
    async run(rig) {
      const [{ name }, { url, arn }] = [await createBus(rig), await rig.createQueue()];
      const detail = { amount: [{ numeric: ['>', 10] }], state: [{ 'anything-but': 'draft' }] };
      await addRule(rig, name, { 'detail-type': [{ prefix: 'Order' }], detail }, { Arn: arn });
      await emit(rig, name, 'OrderPlaced', { amount: 5, state: 'new' });
      await emit(rig, name, 'OrderPlaced', { amount: 50, state: 'draft' });
      await emit(rig, name, 'Shipped', { amount: 50, state: 'new' });
      await emit(rig, name, 'OrderPlaced', { amount: 51, state: 'new' });
      const { Body = '' } = await received(rig, url);
      expectThat((JSON.parse(Body) as { detail: { amount: number } }).detail.amount === 51, Body);
    },
  },
  {
    area: 'EventBridge',
    rule: 'a rule on a bus that is disabled delivers nothing',
    deviates: true,
    async run(rig) {
      const [{ name }, { url, arn }] = [await createBus(rig), await rig.createQueue()];
      const ruleArn = await addRule(rig, name, { 'detail-type': ['OrderPlaced'] }, { Arn: arn });
      await rig.events.send(new DisableRuleCommand({ Name: ruleArn.split('/').at(-1), EventBusName: name }));
      await addRule(rig, name, { 'detail-type': ['OrderShipped'] }, { Arn: arn });
      await emit(rig, name, 'OrderPlaced', { amount: 1 });
      await emit(rig, name, 'OrderShipped', { amount: 1 });
      const first = await received(rig, url);
      // The one that is not to come may be the second to arrive.
      const second = await received(rig, url, SECOND_SECONDS).catch(() => undefined);
      const types = [first, ...(second ? [second] : [])].map(
        ({ Body = '' }) => (JSON.parse(Body) as { 'detail-type': string })['detail-type'],
      );
      expectThat(!types.includes('OrderPlaced'), 'it delivered all the same');
    },
  },
  {
    area: 'EventBridge',
    rule: 'an event that its target does not take ends in the dead letter queue, with the reason',
    async run(rig) {
      const [{ name }, { url, arn }] = [await createBus(rig), await rig.createQueue()];
      const nowhere = arn.replace(/[^:]+$/, rig.nameOf('no-queue'));
      const rule = await addRule(rig, name, { source: ['probe'] }, { Arn: nowhere, DeadLetterConfig: { Arn: arn } });
      await emit(rig, name, 'OrderPlaced', { amount: 1 });
      const { MessageAttributes: attributes, Body = '' } = await received(rig, url);
      expectThat(attributes?.['RULE_ARN']?.StringValue === rule && attributes['ERROR_CODE'], JSON.stringify(attributes));
      expectThat((JSON.parse(Body) as { 'detail-type': string })['detail-type'] === 'OrderPlaced', Body);
    },
  },
  {
    area: 'EventBridge',
    rule: 'a replay of an archive delivers again, with replay-name',
    async run(rig) {
      const [{ name, arn: bus }, { url, arn }] = [await createBus(rig), await rig.createQueue()];
      const ArchiveName = rig.nameOf('archive').slice(0, 48);
      const { ArchiveArn } = await rig.events.send(new CreateArchiveCommand({ ArchiveName, EventSourceArn: bus, RetentionDays: 1 }));
      rig.undo.push(() => rig.events.send(new DeleteArchiveCommand({ ArchiveName })));
      await addRule(rig, name, { source: ['probe'] }, { Arn: arn });
      const EventStartTime = new Date(Date.now() - 60_000);
      await emit(rig, name, 'OrderPlaced', { amount: 1 });
      await received(rig, url);
      await pause(1000);
      const ReplayName = rig.nameOf('replay');
      const EventEndTime = new Date(Date.now() + 60_000);
      await rig.events.send(
        new StartReplayCommand({ ReplayName, EventSourceArn: ArchiveArn, Destination: { Arn: bus }, EventStartTime, EventEndTime }),
      );
      const { Body = '' } = await received(rig, url);
      expectThat((JSON.parse(Body) as { 'replay-name'?: string })['replay-name'] === ReplayName, Body);
    },
  },
];
