import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isChoreographyError } from '../../contract/errors.ts';
import type { Scheduler } from '../../embedded/time/world-clock.ts';
import type { EngineAddress } from './engine-file.ts';
import type { EnginePorts } from './engine-ports.ts';
import { answerCall, type WorldHello } from './protocol.ts';
import { withPlatform } from './world-platform.ts';

/** What is served. */
export interface ServedEngine extends EnginePorts {
  readonly scheduler: Scheduler;
  /** Milliseconds of the world for each of ours. @default 1 */
  readonly timeScale?: number;
}

/** A running server. */
export interface WorldServer {
  readonly address: EngineAddress;
  close(): Promise<void>;
}

/** Bytes of one request: more than any item of a journal holds. */
export const BODY_BYTES_MAX = 4_194_304;
/** Milliseconds of real time between two looks at what is due in the world. */
const DRIVE_MILLISECONDS = 50;
const REQUEST_MILLISECONDS = 10_000;

/** From now on the world's time passes as the machine's does, or so many times as fast. */
function drive({ scheduler, timeScale = 1 }: ServedEngine): { advance(): Promise<void>; stop(): void } {
  const [begin, began] = [scheduler.now(), performance.now()];
  let last: Promise<unknown> = Promise.resolve();
  const advance = async (): Promise<void> => {
    last = last.then(() => scheduler.run({ until: begin + Math.floor((performance.now() - began) * timeScale) }));
    await last;
  };
  const timer = setInterval(() => void advance(), DRIVE_MILLISECONDS);
  return { advance, stop: () => clearInterval(timer) };
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Not a page in a browser that was lured here by a name, and nobody without the token. */
function mayCall({ headers }: IncomingMessage, host: string, token: string): boolean {
  const given = Buffer.from(headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return headers.host === host && headers.origin === undefined && given.length === wanted.length && timingSafeEqual(given, wanted);
}

function reply(response: ServerResponse, status: number, body: object): void {
  // What was not read of a request that is too large ends with the connection.
  response.writeHead(status, { 'content-type': 'application/json', ...(status === 413 ? { connection: 'close' } : {}) });
  response.end(JSON.stringify(body));
}

/** Serves a world to other processes of this user on 127.0.0.1, at a port that is free. */
export async function serveWorld(engine: ServedEngine): Promise<WorldServer> {
  const { scheduler, inputs, timeScale = 1 } = engine;
  const access = withPlatform(engine.access, scheduler);
  const driver = drive(engine);
  const token = randomBytes(24).toString('base64url');
  let host = '';
  const hello = (): WorldHello => {
    const { who, retentionSeconds } = access;
    return { now: scheduler.now(), who, timeScale, ...(retentionSeconds === undefined ? {} : { retentionSeconds }) };
  };
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!mayCall(request, host, token)) return reply(response, 403, {});
    await driver.advance();
    if (request.method === 'GET' && request.url === '/world') return reply(response, 200, hello());
    if (request.method !== 'POST' || request.url !== '/call') return reply(response, 404, {});
    const body = await bodyOf(request);
    if (body === undefined) return reply(response, 413, {});
    const answer = await answerCall({ access, inputs }, parsed(body));
    reply(response, 200, answer);
  }
  const server = createServer({ requestTimeout: REQUEST_MILLISECONDS }, (request, response) => {
    handle(request, response).catch((error: unknown) => reply(response, isChoreographyError(error, 'CALL_REFUSED') ? 400 : 500, {}));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  host = `127.0.0.1:${port}`;
  return {
    address: { port, token, process: process.pid },
    async close() {
      driver.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
