import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createBusPublisher } from '../aws/bus/publisher.ts';
import { createCallTime } from '../aws/calls/call-time.ts';
import { awsClients } from '../aws/calls/clients.ts';
import { createParameters } from '../aws/parameters.ts';
import { recordsFromLambdaEvent } from '../aws/records/lambda-event.ts';
import { systemClock } from '../aws/system-clock.ts';
import { BRIDGE_REFRESH_SECONDS_MAX, environmentNames, parameterNames } from '../contract/deployment.ts';
import { ChoreographyError } from '../contract/errors.ts';
import { type BridgeOptions, createBridge } from '../runtime/bridge.ts';
import { RAW_CHARACTERS_MAX, type SourcePosition } from '../runtime/journal/dead-letter.ts';
import type { Delivery } from '../runtime/ports/delivery.ts';
import { streamDelivery, unfinishedFrom } from './batches/stream-batch.ts';
import { required, type Variables } from './environment.ts';
import { type BatchResponse, deadlineOf, type LambdaContext } from './lambda-context.ts';
import { createTelemetry, type LambdaTelemetry } from './telemetry/telemetry.ts';

/** Seconds between two looks at who subscribes to what. */
const REFRESH_SECONDS = 60;

/** What the bridge leaves in its dead-letter queue: JSON, besides the failure pointers of its mapping. */
export interface MalformedDocument {
  readonly consumer: 'bridge';
  /** At most `RAW_CHARACTERS_MAX` characters of the record; the rest is in the stream, at `source`. */
  readonly raw: string;
  readonly truncated: boolean;
  readonly source: SourcePosition;
  readonly error: { readonly code: string; readonly message: string };
  /** ISO time of arrival. */
  readonly arrivedAt: string;
}

/** The document of a record that can never be forwarded; it fits into a message, however large the record is. */
export function malformedDocument({ body, source, arrivedAt }: Delivery, { code, message }: ChoreographyError): MalformedDocument {
  const raw = body.slice(0, RAW_CHARACTERS_MAX);
  const at = new Date(arrivedAt).toISOString();
  return { consumer: 'bridge', raw, truncated: raw.length < body.length, source, error: { code, message }, arrivedAt: at };
}

/** Everything outside that the bridge talks to. */
export interface BridgePorts extends Omit<BridgeOptions, 'types' | 'telemetry'> {
  readonly telemetry: LambdaTelemetry;
  /** Types that consumers of the bus subscribe to now. */
  subscriptions(): Promise<readonly string[]>;
  /** Always forwarded; `*`: everything is. */
  readonly always: readonly string[];
  readonly refreshSeconds: number;
  /** As of `ServicePorts`. */
  callsEndAt?(deadline: number): void;
}

function listIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((type) => type.trim())
    .filter((type) => type !== '');
}

function refreshSeconds(variables: Variables): number {
  const name = environmentNames.bridgeRefreshSeconds;
  const text = variables[name] || String(REFRESH_SECONDS);
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= BRIDGE_REFRESH_SECONDS_MAX) return seconds;
  const message = `The environment variable ${name} is "${text}"; give a whole number of seconds from 1 to ${BRIDGE_REFRESH_SECONDS_MAX}, or leave it out for ${REFRESH_SECONDS}.`;
  throw new ChoreographyError('ENVIRONMENT_INVALID', message, { details: { name, value: text } });
}

/** The ports on AWS. @throws ENVIRONMENT_MISSING, ENVIRONMENT_INVALID */
export function bridgePorts(variables: Variables): BridgePorts {
  const time = createCallTime(systemClock);
  const clients = awsClients({ time });
  const names = environmentNames;
  const parameters = createParameters(clients.of(SSMClient));
  const given = (name: string) => required(variables, name, 'Backbone');
  const path = parameterNames.subscriptions(given(names.backbone));
  const queueUrl = given(names.deadLetterQueue);
  return {
    bus: createBusPublisher({ client: clients.of(EventBridgeClient), bus: given(names.bus) }),
    clock: time.clock,
    callsEndAt: time.endsAt,
    telemetry: createTelemetry('bridge'),
    always: listIn(variables[names.bridgeTypes] ?? ''),
    refreshSeconds: refreshSeconds(variables),
    subscriptions: async () => [...(await parameters.list(path)).values()].flatMap(listIn),
    async onMalformed(delivery, error) {
      const MessageBody = JSON.stringify(malformedDocument(delivery, error));
      await clients.of(SQSClient).send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    },
  };
}

/** Looks up who subscribes, now and then; while nobody answers, the last list holds. `undefined`: there is none yet. */
function watchTypes({
  subscriptions,
  always,
  refreshSeconds,
  clock,
  telemetry,
}: BridgePorts): () => Promise<ReadonlySet<string> | '*' | undefined> {
  let known: { readonly types: ReadonlySet<string> | '*'; readonly at: number } | undefined;
  return async () => {
    if (always.includes('*')) return '*';
    if (known && clock.now() - known.at < refreshSeconds * 1000) return known.types;
    try {
      const types = new Set([...always, ...(await subscriptions())]);
      known = { types: types.has('*') ? '*' : types, at: clock.now() };
    } catch (error) {
      const level = known ? 'warn' : 'error'; // without a list, nothing goes on
      telemetry.log({ level, message: 'the subscriptions could not be looked up', fields: { error: String(error) } });
      // The next look is as far away as ever: each one that fails costs a batch some seconds.
      if (known) known = { ...known, at: clock.now() };
    }
    return known?.types;
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
    const deadline = deadlineOf(context, clock.now());
    ports.callsEndAt?.(deadline);
    const read = recordsFromLambdaEvent(event);
    if (read.source !== 'kinesis') {
      throw new ChoreographyError(
        'UNKNOWN_LAMBDA_EVENT',
        `The bridge was invoked with an event from ${read.source}; it reads the stream only.`,
      );
    }
    try {
      const types = await typesNow();
      if (types === undefined) return unfinishedFrom(read.records[0]);
      const bridge = createBridge({ ...ports, types });
      const deliveries = read.records.map((record) => streamDelivery({ inbounds: {} }, record, clock.now()));
      const results = await bridge.consume(deliveries, { deadline });
      return unfinishedFrom(read.records.find((_, index) => results[index]?.status !== 'done'));
    } finally {
      telemetry.flush();
    }
  };
}

/** The platform's function that feeds the bus from the stream; the construct Backbone deploys it. */
export const handler: (event: unknown, context: LambdaContext) => Promise<BatchResponse> = createBridgeHandler(() =>
  bridgePorts(process.env),
);
