// Glue over HTTP: what the fake answers, as the JSON 1.1 protocol of AWS carries it, for the client of the SDK as it is.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { GlueClient } from '@aws-sdk/client-glue';
import { awsClientConfig } from '../../../lib/aws/calls/clients.ts';
import { createFakeGlue } from './fake-glue.ts';

/** What is sent instead of an answer of Glue. */
export interface Fault {
  readonly status: number;
  /** JSON of a Glue error, or what something between here and there says. */
  readonly body: string;
}

/** A running server. */
export interface GlueServer {
  /** What it keeps, and how its next versions go. */
  readonly glue: ReturnType<typeof createFakeGlue>;
  readonly endpoint: string;
  /** Operations that were asked for, in order. */
  readonly requests: string[];
  /** Sent to the next requests, one each, before anything else. */
  readonly faults: Fault[];
  /** A client of the SDK; `attemptsMax`: of one call. */
  client(attemptsMax?: number): GlueClient;
  stop(): Promise<void>;
}

/** An error as Glue sends it. */
export function glueFault(name: string, message: string, status = 400): Fault {
  return { status, body: JSON.stringify({ __type: name, Message: message }) };
}

const faultOf = (error: unknown): Fault => {
  const { name, message, $metadata } = error as Error & { readonly $metadata: { readonly httpStatusCode?: number } };
  return glueFault(name, message, $metadata.httpStatusCode);
};

/** Starts it on 127.0.0.1, on a port that is free. */
export async function startGlueServer(): Promise<GlueServer> {
  const glue = createFakeGlue();
  const requests: string[] = [];
  const faults: Fault[] = [];
  const answer = async (operation: string, body: string): Promise<Fault> => {
    const fault = faults.shift();
    if (fault) return fault;
    try {
      const command = { constructor: { name: `${operation}Command` }, input: JSON.parse(body) };
      return { status: 200, body: JSON.stringify(await glue.client.send(command)) };
    } catch (error) {
      return faultOf(error);
    }
  };
  const server = createServer(async (request, response) => {
    const [, operation = ''] = String(request.headers['x-amz-target']).split('AWSGlue.');
    requests.push(operation);
    const { status, body } = await answer(operation, await text(request));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: GlueClient[] = [];
  return {
    glue,
    endpoint,
    requests,
    faults,
    client(attemptsMax = 1) {
      const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
      const client = new GlueClient({ ...awsClientConfig({ endpoint, attemptsMax }), region: 'eu-west-1', credentials });
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
