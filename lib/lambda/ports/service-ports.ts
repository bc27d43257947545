import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createCallTime } from '../../aws/calls/call-time.ts';
import { awsClients } from '../../aws/calls/clients.ts';
import { journalClient } from '../../aws/dynamo/client.ts';
import { createDynamoControl } from '../../aws/dynamo/control.ts';
import { createDynamoStore } from '../../aws/dynamo/store.ts';
import { systemClock, systemEntropy } from '../../aws/system-clock.ts';
import type { StreamReader } from '../../runtime/ports/stream-reader.ts';
import type { Telemetry } from '../../runtime/ports/telemetry.ts';
import type { RuntimePorts } from '../../runtime/service-runtime.ts';
import type { ServiceEnvironment } from '../environment.ts';
import { later, laterReader } from './later.ts';
import { lazyWriterSchemas } from './writer-schemas.ts';

/** Everything outside that the functions of one service talk to. */
export interface ServicePorts extends RuntimePorts {
  /** Reads a stream by its name, for the records behind a failure pointer. */
  readonly streamReader?: (stream: string) => StreamReader;
  /** Hides a task of the replay queue for some seconds, and its group with it. */
  hideTask(receiptHandle: string, seconds: number): Promise<unknown>;
  /** An invocation began that the platform stops at this moment (milliseconds since 1970): calls are over by then. */
  callsEndAt?(deadline: number): void;
}

/**
 * The ports on AWS. Every event needs the journal; the other clients are chunks of the bundle, each loaded at its first
 * use: a function that publishes nothing and parks nothing starts without them.
 */
export function createServicePorts(environment: ServiceEnvironment, telemetry: Telemetry): ServicePorts {
  const time = createCallTime(systemClock);
  const clients = awsClients({ time });
  const { table, tables, controlTable, replayQueue, stream, bus = '', registry } = environment;
  const { clock } = time;
  const timing = { clock, entropy: systemEntropy };
  const dynamodb = journalClient(clients.of(DynamoDBClient));
  const publisher = later(async () =>
    stream
      ? (await import('./stream-ports.ts')).streamPublisher(clients, stream)
      : (await import('./bus-ports.ts')).busPublisher(clients, bus),
  );
  const queue = later(async () => (await import('./queue-ports.ts')).queuePorts(clients, replayQueue, clock));
  return {
    store: createDynamoStore({ client: dynamodb, table, tables, clock }),
    control: createDynamoControl({ client: dynamodb, table: controlTable }),
    publisher: { publish: async (events) => (await publisher()).publish(events) },
    replayQueue: { send: async (sends) => (await queue()).replayQueue.send(sends) },
    ...timing,
    callsEndAt: time.endsAt,
    telemetry,
    ...(registry
      ? {
          writerSchemas: lazyWriterSchemas(async () =>
            (await import('./newer-schemas.ts')).openNewerSchemas(registry, { ...timing, time }),
          ),
        }
      : {}),
    streamReader: (name) => laterReader(async () => (await import('./stream-ports.ts')).streamReader(clients, name)),
    hideTask: async (receiptHandle, seconds) => (await queue()).hide(receiptHandle, seconds),
  };
}
