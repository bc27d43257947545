import { NodeHttpHandler } from '@smithy/node-http-handler';
import { quickenCopies } from './quick-copies.ts';
import { type CallBounds, keepWithin } from './within-time.ts';

/** How calls to AWS are bounded. */
export interface AwsClientOptions {
  /** Milliseconds until a connection must stand. @default 1_000 */
  readonly connectionMilliseconds?: number;
  /** Milliseconds that one attempt may take, and then for which its answer may stop half-way; a long poll must be shorter. @default 6_000 */
  readonly requestMilliseconds?: number;
  /** Attempts of one call, the first one included; full jitter between them. @default 3 */
  readonly attemptsMax?: number;
  /** Connections to one host, kept alive; calls beyond it wait. @default 50 */
  readonly socketsMax?: number;
  /** Where AWS is, for all services, e.g. an emulator. @default - what the environment says */
  readonly endpoint?: string;
  /** What all calls are kept within, retries and the waits before them included. @default - each attempt's own bounds alone */
  readonly time?: CallBounds;
}

/** What a client of the AWS SDK is made of. */
export interface AwsClientConfig {
  readonly maxAttempts: number;
  readonly retryMode: 'standard';
  readonly requestHandler: NodeHttpHandler;
  readonly endpoint?: string;
}

/** A client class of the AWS SDK. */
export type AwsClientClass<Client> = new (config: AwsClientConfig) => Client;

/** What each client of the SDK has. */
interface AwsClient {
  readonly config: object;
  destroy(): void;
}

/** The clients of one process. */
export interface AwsClients {
  /** The client of that class: made at the first call, the same one ever after. Region and credentials are the SDK's own business. */
  of<Client extends AwsClient>(Class: AwsClientClass<Client>): Client;
  /** Closes all connections; for tests and tools. */
  destroy(): void;
}

const CONNECTION_MILLISECONDS = 1_000;
const REQUEST_MILLISECONDS = 6_000;
const ATTEMPTS_MAX = 3;
const SOCKETS_MAX = 50;

/**
 * What every client is made with. All of them speak HTTP/1.1, on AWS and on an emulator alike. The SDK would choose HTTP/2
 * for Kinesis, and there a connection that has gone silent, as one may while Lambda freezes a process, is used for each
 * further attempt and call until the system gives it up (@smithy/node-http-handler 4.14.2, read 2026-11-29).
 */
export function awsClientConfig(options: AwsClientOptions = {}): AwsClientConfig {
  const { socketsMax: maxSockets = SOCKETS_MAX, endpoint, requestMilliseconds: requestTimeout = REQUEST_MILLISECONDS } = options;
  return {
    maxAttempts: options.attemptsMax ?? ATTEMPTS_MAX,
    retryMode: 'standard',
    requestHandler: new NodeHttpHandler({
      connectionTimeout: options.connectionMilliseconds ?? CONNECTION_MILLISECONDS,
      requestTimeout, // until the headers of the answer
      socketTimeout: requestTimeout, // while its body comes
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets },
      httpsAgent: { keepAlive: true, maxSockets },
    }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/**
 * Makes the clients of the AWS SDK, each at its first use; until then nothing is read from the environment. The caller
 * names the classes, so a bundle holds only the clients that its function uses:
 * `awsClients().of(KinesisClient)`.
 */
export function awsClients(options: AwsClientOptions = {}): AwsClients {
  const clients = new Map<unknown, AwsClient>();
  return {
    of<Client extends AwsClient>(Class: AwsClientClass<Client>): Client {
      const known = clients.get(Class) as Client | undefined;
      if (known) return known;
      const client = new Class(awsClientConfig(options));
      const { time, requestMilliseconds = REQUEST_MILLISECONDS } = options;
      if (time) keepWithin(client, time, requestMilliseconds);
      quickenCopies(client.config);
      clients.set(Class, client);
      return client;
    },
    destroy() {
      for (const client of clients.values()) client.destroy();
      clients.clear();
    },
  };
}
