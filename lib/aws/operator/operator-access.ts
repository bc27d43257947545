import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DescribeStreamSummaryCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { BackboneAddress, ServiceAddress } from '../../contract/deployment.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { operatorBounds } from '../../contract/operator-bounds.ts';
import { checkMessage } from '../../runtime/message/check-message.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { KnownConsumer, OperatorPorts } from '../../runtime/ports/operator-ports.ts';
import type { WriterSchemas } from '../../runtime/ports/writer-schemas.ts';
import { createBusPublisher } from '../bus/publisher.ts';
import type { AwsClients } from '../calls/clients.ts';
import { journalClient } from '../dynamo/client.ts';
import { createDynamoControl } from '../dynamo/control.ts';
import { createDynamoControlRecords } from '../dynamo/control-records.ts';
import { createDynamoStore } from '../dynamo/store.ts';
import { createKinesisPublisher } from '../kinesis/publisher.ts';
import { streamError } from '../kinesis/stream-errors.ts';
import { createKinesisStreamReader } from '../kinesis/stream-reader.ts';
import { streamTarget } from '../kinesis/stream-target.ts';
import { createParameters } from '../parameters.ts';
import { resourceName } from '../resource-name.ts';
import { queueFigures } from '../sqs/queue-figures.ts';
import { createSqsReplayQueue } from '../sqs/replay-queue.ts';
import { type FoundService, findBackbone, findServices } from './addresses.ts';
import { type AwsMetric, newestMaximum } from './metrics.ts';
import { platformOf } from './platform.ts';
import { toldClock } from './told-clock.ts';

/** What `openOperatorAccess` takes. */
export interface AwsAccessOptions {
  /** Name of the backbone. */
  readonly backbone: string;
  /** The operator's name, for the audit. */
  readonly who: string;
  readonly clients: AwsClients;
  /** Schemas of a registry by its name (`registeredSchemas`); a compiler comes with them, which a function need not have. @default - none is known */
  readonly openSchemas?: (clients: AwsClients, registry: string, clock: Clock) => WriterSchemas;
  /** Whether CloudWatch is asked how old things are. @default true */
  readonly metrics?: boolean;
  /** @default - what AWS says in its answers, where the machine's clock is off */
  readonly clock?: Clock;
}

/** A consumer as its deploy describes it. */
export interface DeployedConsumer<Manifest> extends KnownConsumer {
  readonly manifest?: Manifest;
}

/** The ports of an operator on a backbone on AWS, with the operator's own rights. */
export type AwsOperatorPorts<Manifest> = OperatorPorts<DeployedConsumer<Manifest>>;

const HOUR_SECONDS = 3_600;
const noSchemas: WriterSchemas = { find: async () => undefined };

async function retention(client: KinesisClient, stream: string): Promise<number | undefined> {
  try {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand(streamTarget(stream)));
    const hours = StreamDescriptionSummary?.RetentionPeriodHours;
    return hours === undefined ? undefined : hours * HOUR_SECONDS;
  } catch (error) {
    throw streamError({ stream }, error);
  }
}

/** Looks a service up by name. */
function serviceFinder(services: readonly FoundService[]): (name: string) => ServiceAddress {
  return (name) => {
    const found = services.find((service) => service.name === name);
    if (found) return found.address;
    const names = services.map((service) => service.name).join(', ');
    throw new ChoreographyError('UNKNOWN_SERVICE', `There is no service ${name}; there are ${names || 'none'}.`, {
      details: { service: name },
    });
  };
}

type Figures = Pick<AwsOperatorPorts<unknown>, 'queueFigures' | 'behindMilliseconds'>;

/** Looks up the newest value of a metric; `undefined`: it is not known, or is not to be asked for. */
type Ages = (metric: AwsMetric) => Promise<number | undefined>;

function agesFrom(clients: AwsClients, clock: Clock): Ages {
  return (metric) => newestMaximum(clients.of(CloudWatchClient), metric, clock.now());
}

function figuresOf(clients: AwsClients, ages: Ages, addressOf: (name: string) => ServiceAddress): Figures {
  return {
    async queueFigures(service, queue) {
      const { replayQueue, busQueue } = addressOf(service);
      const url = queue === 'replay' ? replayQueue : busQueue;
      if (url === undefined) return undefined;
      const { visible, inFlight, delayed } = await queueFigures(clients.of(SQSClient), url);
      const metric = { namespace: 'AWS/SQS', name: 'ApproximateAgeOfOldestMessage', dimension: ['QueueName', resourceName(url)] } as const;
      const seconds = await ages(metric);
      return { depth: visible + inFlight + delayed, ...(seconds === undefined ? {} : { oldestAgeMilliseconds: seconds * 1000 }) };
    },
    behindMilliseconds: async (service) =>
      ages({ namespace: 'AWS/Lambda', name: 'IteratorAge', dimension: ['FunctionName', addressOf(service).worker] }),
  };
}

/** Channel and history of a backbone: its stream where it has one. */
async function channelOf(
  clients: AwsClients,
  { stream, bus }: BackboneAddress,
): Promise<Pick<AwsOperatorPorts<unknown>, 'publisher' | 'stream' | 'retentionSeconds'>> {
  if (stream === undefined) return { publisher: createBusPublisher({ client: clients.of(EventBridgeClient), bus }) };
  const client = clients.of(KinesisClient);
  const retentionSeconds = await retention(client, stream);
  return {
    publisher: createKinesisPublisher({ client, stream }),
    stream: createKinesisStreamReader({ client, stream }),
    ...(retentionSeconds === undefined ? {} : { retentionSeconds }),
  };
}

/**
 * Finds a backbone and its services by their SSM parameters.
 * @throws BACKBONE_NOT_FOUND, BACKBONE_UNREADABLE, PARAMETERS_UNAVAILABLE (retryable), STREAM_UNAVAILABLE (retryable)
 */
export async function openOperatorAccess<Manifest>(options: AwsAccessOptions): Promise<AwsOperatorPorts<Manifest>> {
  const { backbone, who, clients, metrics = true, openSchemas = () => noSchemas } = options;
  const { clock = toldClock([clients.of(SSMClient), clients.of(DynamoDBClient)]) } = options;
  const parameters = createParameters(clients.of(SSMClient));
  const address = await findBackbone(parameters, backbone);
  const services = await findServices(parameters, backbone);
  const addressOf = serviceFinder(services);
  const client = journalClient(clients.of(DynamoDBClient));
  const { controlTable: table } = address;
  return {
    who,
    clock,
    control: createDynamoControl({ client, table }),
    records: createDynamoControlRecords({ client, table, clock }),
    ...(await channelOf(clients, address)),
    checkMessage: (message) => checkMessage(message, openSchemas(clients, address.registry, clock)),
    consumers: async () =>
      services.map(({ name, address, manifest }) => ({
        name,
        source: address.source,
        ...operatorBounds(address),
        ...(manifest === undefined ? {} : { manifest: manifest as Manifest }),
      })),
    store(service) {
      const { table: journal, tables = {} } = addressOf(service);
      return createDynamoStore({ client, table: journal, tables, clock });
    },
    replayQueue: (service) => createSqsReplayQueue({ client: clients.of(SQSClient), queueUrl: addressOf(service).replayQueue, clock }),
    ...platformOf(clients, address),
    ...figuresOf(clients, metrics ? agesFrom(clients, clock) : async () => undefined, addressOf),
  };
}
