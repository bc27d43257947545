import { CreateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { ChangeMessageVisibilityCommand, type Message, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { expectThat, type Probe, pause, type Rig, until } from './probe.ts';

const fifo = { FifoQueue: 'true' };

async function send({ sqs }: Rig, url: string, group: string, ...bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    await sqs.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageGroupId: group, MessageDeduplicationId: `${group}-${body}` }),
    );
  }
}

async function receive({ sqs }: Rig, url: string, visibility: number, most = 10): Promise<readonly Message[]> {
  const command = { QueueUrl: url, MaxNumberOfMessages: most, VisibilityTimeout: visibility, WaitTimeSeconds: 1 };
  return (await sqs.send(new ReceiveMessageCommand(command))).Messages ?? [];
}

const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body).join(' ');
const groupOf = ({ Records }: SQSEvent) => Records[0]?.attributes.MessageGroupId;
const bodiesOf = ({ Records }: SQSEvent) => Records.map(({ body }) => body);

async function hide({ sqs }: Rig, url: string, message: Message | undefined, seconds: number): Promise<void> {
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: seconds }));
}

/** FIFO queues, alone and before a function. */
export const fifoProbes: readonly Probe[] = [
  {
    area: 'SQS FIFO',
    rule: 'a copy with the same deduplication id is taken, and not delivered',
    async run(rig) {
      const { url } = await rig.createQueue(fifo);
      await send(rig, url, 'a', '1');
      await send(rig, url, 'a', '1', '2');
      const got = bodies(await receive(rig, url, 30));
      expectThat(got === '1 2', `received ${got}`);
    },
  },
  {
    area: 'SQS FIFO',
    rule: 'a group is locked while one of its messages is in flight; others are not',
    async run(rig) {
      const { url } = await rig.createQueue(fifo);
      await send(rig, url, 'a', '1', '2');
      const first = bodies(await receive(rig, url, 30, 1));
      await send(rig, url, 'b', '3');
      const second = bodies(await receive(rig, url, 30));
      expectThat(first === '1' && second === '3', `received ${first}, then ${second}`);
    },
  },
  {
    area: 'SQS FIFO',
    rule: 'a message that is hidden longer hides its group, also what was given back',
    async run(rig) {
      const { url } = await rig.createQueue(fifo);
      await send(rig, url, 'a', '1', '2', '3');
      const [one, two, three] = await receive(rig, url, 30);
      await hide(rig, url, one, 4);
      await hide(rig, url, two, 0);
      await hide(rig, url, three, 0);
      const early = bodies(await receive(rig, url, 30));
      expectThat(early === '', `${early} was received while 1 was hidden`);
      await pause(3500);
      const late = await until('the group', async () => bodies(await receive(rig, url, 30)) || undefined);
      expectThat(late === '1 2 3', `then received ${late}`);
    },
  },
  {
    area: 'SQS FIFO',
    rule: 'a group that is hidden long does not hold up another that has expired',
    async run(rig) {
      const { url } = await rig.createQueue(fifo);
      await send(rig, url, 'slow', '1');
      await receive(rig, url, 60);
      await send(rig, url, 'quick', '2');
      await receive(rig, url, 1);
      const got = await until('the other group', async () => bodies(await receive(rig, url, 30)) || undefined, 8);
      expectThat(got === '2', `received ${got}`);
    },
  },
  {
    area: 'SQS FIFO → Lambda',
    rule: 'what is reported as failed comes again, in order; another group goes on',
    async run(rig) {
      const { url, arn } = await rig.createQueue({ ...fifo, VisibilityTimeout: '6' });
      const { name, calls } = await rig.createFunction(
        (event: SQSEvent) => {
          const failed = groupOf(event) === 'a' ? event.Records.slice(1) : [];
          return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
        },
        { timeout: 6 },
      );
      await send(rig, url, 'a', '1', '2', '3');
      await send(rig, url, 'b', '4');
      const mapping = {
        FunctionName: name,
        EventSourceArn: arn,
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures' as const],
      };
      await rig.lambda.send(new CreateEventSourceMappingCommand(mapping));
      const ofGroup = (group: string) => calls.map(({ event }) => event as SQSEvent).filter((event) => groupOf(event) === group);
      await until('the retries', () => ofGroup('a').length >= 3 && ofGroup('b').length >= 1);
      const seen = ofGroup('a')
        .map((event) => bodiesOf(event).join(''))
        .join(' ');
      expectThat(seen === '123 23 3', `batches of the group: ${seen}`);
    },
  },
  {
    area: 'SQS FIFO → Lambda',
    rule: 'groups run at the same time, at most MaximumConcurrency of them',
    async run(rig) {
      const { url, arn } = await rig.createQueue({ ...fifo, VisibilityTimeout: '30' });
      let [now, most] = [0, 0];
      const { name, calls } = await rig.createFunction(async () => {
        now += 1;
        most = Math.max(most, now);
        await pause(700);
        now -= 1;
      });
      for (const group of 'abcd') await send(rig, url, group, '1');
      await rig.lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: name,
          EventSourceArn: arn,
          BatchSize: 10,
          ScalingConfig: { MaximumConcurrency: 2 },
        }),
      );
      await until('four groups', () => calls.filter(({ endedAt }) => endedAt).length === 4);
      expectThat(most === 2, `${most} at a time`);
    },
  },
];
