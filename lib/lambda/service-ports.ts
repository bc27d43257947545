import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createBusPublisher } from '../aws/bus/publisher.ts';
import { awsClients } from '../aws/clients.ts';
import { createDynamoControl } from '../aws/dynamo/control.ts';
import { createDynamoStore } from '../aws/dynamo/store.ts';
import { createKinesisPublisher } from '../aws/kinesis/publisher.ts';
import { createKinesisStreamReader } from '../aws/kinesis/stream-reader.ts';
import { hideFor } from '../aws/sqs/hide.ts';
import { createSqsReplayQueue } from '../aws/sqs/replay-queue.ts';
import { systemClock, systemEntropy } from '../aws/system-clock.ts';
import type { StreamReader } from '../runtime/ports/stream-reader.ts';
import type { Telemetry } from '../runtime/ports/telemetry.ts';
import type { RuntimePorts } from '../runtime/service-runtime.ts';
import type { ServiceEnvironment } from './environment.ts';
import { lazyWriterSchemas } from './writer-schemas.ts';

/** Everything outside that the functions of one service talk to. */
export interface ServicePorts extends RuntimePorts {
  /** Reads a stream by its name, for the records behind a failure pointer. */
  readonly streamReader?: (stream: string) => StreamReader;
  /** Hides a task of the replay queue for some seconds, and its group with it. */
  hideTask(receiptHandle: string, seconds: number): Promise<unknown>;
}

/** The ports on AWS. Clients are made at their first use. */
export function createServicePorts(environment: ServiceEnvironment, telemetry: Telemetry): ServicePorts {
  const clients = awsClients();
  const { table, tables, controlTable, replayQueue, stream, bus = '', registry } = environment;
  const timing = { clock: systemClock, entropy: systemEntropy };
  const dynamodb = clients.of(DynamoDBClient);
  const sqs = clients.of(SQSClient);
  return {
    store: createDynamoStore({ client: dynamodb, table, tables, clock: systemClock }),
    control: createDynamoControl({ client: dynamodb, table: controlTable }),
    publisher: stream
      ? createKinesisPublisher({ client: clients.of(KinesisClient), stream })
      : createBusPublisher({ client: clients.of(EventBridgeClient), bus }),
    replayQueue: createSqsReplayQueue({ client: sqs, queueUrl: replayQueue }),
    ...timing,
    telemetry,
    ...(registry
      ? { writerSchemas: lazyWriterSchemas(async () => (await import('./newer-schemas.ts')).openNewerSchemas(registry, timing)) }
      : {}),
    streamReader: (name) => createKinesisStreamReader({ client: clients.of(KinesisClient), stream: name }),
    hideTask: (receiptHandle, seconds) => hideFor(sqs, replayQueue, receiptHandle, seconds),
  };
}
