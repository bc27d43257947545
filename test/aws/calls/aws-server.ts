import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';

/** A call as it arrives: the operation, and its JSON. */
export interface AwsCall {
  readonly operation: string;
  readonly body: string;
}

/** What answers a call; nobody does where it does not end the response. */
export type AwsAnswer = (call: AwsCall, response: ServerResponse) => void;

/** Stands for AWS, for the clients of the SDK as they are. */
export interface AwsServer {
  url(): string;
  /** On a port that is free; a region, credentials and the endpoint are in the environment then, until the test takes them out. */
  start(): Promise<void>;
  stop(): void;
}

/** A server of HTTP/1.1 on 127.0.0.1, which is what clients speak to an endpoint of one's own. */
export function awsServer(answer: AwsAnswer): AwsServer {
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    answer({ operation, body: await text(request) }, response);
  });
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async start() {
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      vi.stubEnv('AWS_ENDPOINT_URL', url());
      vi.stubEnv('AWS_REGION', 'us-east-1');
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
