import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GlueClient } from '@aws-sdk/client-glue';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { CreateFunctionCommand, DeleteFunctionCommand, GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { zipOf } from '../zip.ts';
import { type Behaviour, type Call, createRecorder, functionCode } from './recorder.ts';

const ROLE = 'arn:aws:iam::000000000000:role/probe';
const WAIT_SECONDS = 30;
const POLL_MILLISECONDS = 100;

/** What a probe has: clients, functions whose behaviour it decides, names nobody else has. */
export type Rig = Awaited<ReturnType<typeof createRig>>;

/** One thing that AWS does; resolves when the emulator does it, rejects with what it does instead. */
export interface Probe {
  readonly area: string;
  readonly rule: string;
  run(rig: Rig): Promise<void>;
  /** Known to be otherwise; a test notices when this is no longer so. */
  readonly deviates?: true;
  /** Takes longer than a minute. */
  readonly slow?: true;
}

/** Throws unless a probe saw what AWS does. */
export function expectThat(holds: unknown, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** Asks until there is an answer. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = WAIT_SECONDS,
): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(POLL_MILLISECONDS)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
  }
  throw new Error(`not in ${seconds} s: ${what}`);
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Clients of the emulator that the environment names, over HTTP/1.1, as its Kinesis needs. */
function createClients() {
  const config = {
    requestHandler: new NodeHttpHandler(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  return {
    cloudformation: new CloudFormationClient(config),
    cloudwatch: new CloudWatchClient(config),
    dynamodb: new DynamoDBClient(config),
    events: new EventBridgeClient(config),
    glue: new GlueClient(config),
    kinesis: new KinesisClient(config),
    lambda: new LambdaClient(config),
    sqs: new SQSClient(config),
    ssm: new SSMClient(config),
  };
}

/** Starts what the probes share. */
export async function createRig() {
  const clients = createClients();
  const recorder = await createRecorder();
  const undo: (() => Promise<unknown>)[] = [];
  let counter = 0;
  const nameOf = (kind: string) => `fidelity-${process.pid}-${kind}-${++counter}`;
  return {
    ...clients,
    nameOf,
    /** What is run at the end, last first. */
    undo,
    async createFunction(
      behaviour: Behaviour,
      settings: { readonly timeout?: number } = {},
    ): Promise<{ readonly name: string; readonly arn: string; readonly calls: readonly Call[] }> {
      const name = nameOf('function');
      const calls = recorder.add(name, behaviour);
      const { FunctionArn: arn = '' } = await clients.lambda.send(
        new CreateFunctionCommand({
          FunctionName: name,
          Runtime: 'nodejs24.x',
          Architectures: ['arm64'],
          Role: ROLE,
          Handler: 'index.handler',
          Timeout: settings.timeout ?? 20,
          Code: { ZipFile: zipOf({ 'index.js': functionCode }) },
          Environment: { Variables: { RECORDER: recorder.urlOf(name) } },
        }),
      );
      undo.push(() => clients.lambda.send(new DeleteFunctionCommand({ FunctionName: name })));
      await until('the function', async () => {
        const { Configuration } = await clients.lambda.send(new GetFunctionCommand({ FunctionName: name }));
        return Configuration?.State === 'Active';
      });
      return { name, arn, calls };
    },
    async createQueue(attributes: Readonly<Record<string, string>> = {}): Promise<{ readonly url: string; readonly arn: string }> {
      const name = `${nameOf('queue')}${attributes['FifoQueue'] ? '.fifo' : ''}`;
      const { QueueUrl: url = '' } = await clients.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
      undo.push(() => clients.sqs.send(new DeleteQueueCommand({ QueueUrl: url })));
      const { Attributes: found } = await clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
      return { url, arn: found?.['QueueArn'] ?? '' };
    },
    async close(): Promise<void> {
      for (const step of undo.reverse()) await step().catch(() => undefined);
      recorder.close();
    },
  };
}
