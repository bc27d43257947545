import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChoreographyError } from '../../contract/errors.ts';
import type { PageDesk } from '../../page/desk.ts';
import type { PageAnswer } from '../../page/pages.tsx';
import type { Terminal } from '../terminal.ts';
import { printable } from '../text-layout.ts';

/** Pages that are being made are waited for; a browser that asks for more at once is told to come back. */
const WAITING_MAX = 20;
const REQUEST_MILLISECONDS = 10_000;
const TOKEN_BYTES = 16;

/** Nothing of other places is loaded, sent to, or allowed to show the page in a frame. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** What is served, and where. */
export interface ServedPage {
  readonly desk: PageDesk;
  /** 0: one that is free. */
  readonly port: number;
  /** Told of an error that nobody expected; the browser gets its name only. */
  report(error: unknown): void;
}

/** A page that is served. */
export interface PageServer {
  /** With the token in it: who has it can read. */
  readonly url: string;
  close(): Promise<void>;
}

function isToken(given: string, token: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The page that a request is for; `undefined`: it has no right to one. */
function pathOf({ headers: { host }, url = '' }: IncomingMessage, own: string, token: string): URL | undefined {
  // A name that leads here would let the page of somebody else read this one.
  if (host !== own || !URL.canParse(url, `http://${own}`)) return undefined;
  const asked = new URL(url, `http://${own}`);
  const [, first = '', ...rest] = asked.pathname.split('/');
  if (!isToken(first, token) || rest.length !== 1) return undefined;
  asked.pathname = `/${rest[0]}`;
  return asked;
}

function reply(response: ServerResponse, { status, type, body, location }: PageAnswer): void {
  response.writeHead(status, { ...headers, 'content-type': `${type}; charset=utf-8`, ...(location === undefined ? {} : { location }) });
  response.end(body);
}

/** Turns the refusal of a port into an error for whoever asked for it. */
function taken(port: number): (error: unknown) => never {
  return (cause) => {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new ChoreographyError('PORT_TAKEN', `Port ${port} of 127.0.0.1 is taken.`, {
      cause,
      details: { why: 'Another process listens there.', fix: 'Give another --port, or leave it out: a free one is taken then.' },
    });
  };
}

const plain = (status: number, body: string): PageAnswer => ({ status, type: 'text/html', body });

/** An error that nobody expected goes to whoever serves the page. */
export function reportTo({ err }: Pick<Terminal, 'err'>): (error: unknown) => void {
  return (error) => err(printable(`a page could not be made: ${error instanceof Error ? error.stack : String(error)}\n`));
}

/**
 * Serves the pages of a world on 127.0.0.1, to whoever knows the address: it has a token in it. One page is made at a time.
 * @throws PORT_TAKEN
 */
export async function servePage({ desk, port, report }: ServedPage): Promise<PageServer> {
  const { answerPage } = await import('../../page/pages.tsx');
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  let [own, waiting] = ['', 0];
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = async (work: () => Promise<PageAnswer>): Promise<PageAnswer> => {
    if (waiting >= WAITING_MAX) return plain(503, 'Too many pages are asked for at the same time.');
    waiting += 1;
    const turn = last.then(work).finally(() => {
      waiting -= 1;
    });
    last = turn.catch(() => {});
    return turn;
  };
  async function answer(request: IncomingMessage): Promise<PageAnswer> {
    const asked = pathOf(request, own, token);
    if (!asked) return plain(404, 'There is nothing here without the address that choreo page has printed.');
    if (request.method !== 'GET') return plain(405, 'Only GET is answered.');
    return inTurn(() => answerPage(desk, asked.pathname.slice(1), asked.searchParams));
  }
  const server = createServer({ requestTimeout: REQUEST_MILLISECONDS }, (request, response) => {
    answer(request).then(
      (page) => reply(response, page),
      (error: unknown) => {
        report(error);
        reply(response, plain(500, `${error instanceof Error ? error.name : 'An error'}: see the terminal in which the page is served.`));
      },
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve)).catch(taken(port));
  own = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${own}/${token}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
