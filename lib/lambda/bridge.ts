import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createBusPublisher } from '../aws/bus/publisher.ts';
import { awsClients } from '../aws/clients.ts';
import { recordsFromLambdaEvent } from '../aws/lambda-event.ts';
import { createParameters } from '../aws/parameters.ts';
import { systemClock } from '../aws/system-clock.ts';
import { environmentNames, parameterNames } from '../contract/deployment.ts';
import { ChoreographyError } from '../contract/errors.ts';
import { type BridgeOptions, createBridge } from '../runtime/bridge.ts';
import type { Variables } from './environment.ts';
import { type BatchResponse, deadlineOf, type LambdaContext } from './lambda-context.ts';
import { streamDelivery } from './stream-batch.ts';
import { createTelemetry, type LambdaTelemetry } from './telemetry.ts';

/** Seconds between two looks at who subscribes to what. */
const REFRESH_SECONDS = 60;

/** Everything outside that the bridge talks to. */
export interface BridgePorts extends Omit<BridgeOptions, 'types' | 'telemetry'> {
  readonly telemetry: LambdaTelemetry;
  /** Types that consumers of the bus subscribe to now. */
  subscriptions(): Promise<readonly string[]>;
  /** Always forwarded; `*`: everything is. */
  readonly always: readonly string[];
  readonly refreshSeconds: number;
}

function listIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((type) => type.trim())
    .filter((type) => type !== '');
}

function required(variables: Variables, name: string): string {
  const value = variables[name];
  if (value) return value;
  throw new ChoreographyError('ENVIRONMENT_MISSING', `The environment variable ${name} is not set; the construct Backbone sets it.`, {
    details: { name },
  });
}

/** The ports on AWS. */
function createPorts(variables: Variables): BridgePorts {
  const clients = awsClients();
  const names = environmentNames;
  const parameters = createParameters(clients.of(SSMClient));
  const path = parameterNames.subscriptions(required(variables, names.backbone));
  const queueUrl = required(variables, names.deadLetterQueue);
  return {
    bus: createBusPublisher({ client: clients.of(EventBridgeClient), bus: required(variables, names.bus) }),
    clock: systemClock,
    telemetry: createTelemetry('bridge'),
    always: listIn(variables[names.bridgeTypes] ?? ''),
    refreshSeconds: Number(variables[names.bridgeRefreshSeconds]) || REFRESH_SECONDS,
    subscriptions: async () => [...(await parameters.list(path)).values()].flatMap(listIn),
    async onMalformed({ body, source }, { code, message }) {
      const document = { consumer: 'bridge', raw: body, source, error: { code, message } };
      await clients.of(SQSClient).send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(document) }));
    },
  };
}

/** Looks up who subscribes, now and then; while nobody answers, the last list holds. @throws PARAMETERS_UNAVAILABLE when there is none yet */
function watchTypes({ subscriptions, always, refreshSeconds, clock, telemetry }: BridgePorts): () => Promise<ReadonlySet<string> | '*'> {
  let known: { readonly types: ReadonlySet<string>; readonly at: number } | undefined;
  return async () => {
    if (always.includes('*')) return '*';
    if (known && clock.now() - known.at < refreshSeconds * 1000) return known.types;
    try {
      known = { types: new Set([...always, ...(await subscriptions())]), at: clock.now() };
    } catch (error) {
      if (!known) throw error;
      telemetry.log({ level: 'warn', message: 'the subscriptions could not be looked up', fields: { error: String(error) } });
    }
    return known.types;
  };
}

/** The bridge on any ports: for tests. */
export function createBridgeHandler(make: () => BridgePorts): (event: unknown, context: LambdaContext) => Promise<BatchResponse> {
  let ports: BridgePorts | undefined;
  let typesNow: ReturnType<typeof watchTypes> | undefined;
  return async (event, context) => {
    ports ??= make();
    typesNow ??= watchTypes(ports);
    const { clock, telemetry } = ports;
    const read = recordsFromLambdaEvent(event);
    if (read.source !== 'kinesis') {
      throw new ChoreographyError(
        'UNKNOWN_LAMBDA_EVENT',
        `The bridge was invoked with an event from ${read.source}; it reads the stream only.`,
      );
    }
    try {
      const bridge = createBridge({ ...ports, types: await typesNow() });
      const deliveries = read.records.map((record) => streamDelivery({}, record, clock.now()));
      const results = await bridge.consume(deliveries, { deadline: deadlineOf(context, clock.now()) });
      const first = read.records.find((_, index) => results[index]?.status !== 'done');
      return { batchItemFailures: first ? [{ itemIdentifier: first.itemIdentifier }] : [] };
    } finally {
      telemetry.flush();
    }
  };
}

/** The platform's function that feeds the bus from the stream; the construct Backbone deploys it. */
export const handler: (event: unknown, context: LambdaContext) => Promise<BatchResponse> = createBridgeHandler(() =>
  createPorts(process.env),
);
