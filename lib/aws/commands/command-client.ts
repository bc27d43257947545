import { SSMClient } from '@aws-sdk/client-ssm';
import { environmentNames, parameterNames } from '../../contract/deployment.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import type { AnswerOf, CommandType, DataOf } from '../../contract/message-type.ts';
import { currentContext } from '../../runtime/guarded-tracing.ts';
import type { Clock, Entropy } from '../../runtime/ports/clock.ts';
import type { Tracing } from '../../runtime/ports/tracing.ts';
import { type AwsClients, awsClients } from '../calls/clients.ts';
import { createParameters } from '../parameters.ts';
import { systemClock, systemEntropy } from '../system-clock.ts';
import { type CommandReply, type CommandResult, readReply } from './command-reply.ts';
import { type RequestCredentials, signRequest } from './sign-request.ts';

/** Sends commands to a service that is deployed elsewhere. */
export interface CommandClient {
  /**
   * Sends a command, and sends it again with the same key while no answer comes. A refusal is a result; what is wrong with
   * the call itself is thrown: SCHEMA_VIOLATION, UNKNOWN_COMMAND and the other codes that the service answers.
   * @throws COMMAND_UNAVAILABLE (retryable: it may have been carried out), COMMAND_DENIED, COMMAND_URL_MISSING
   */
  execute<T extends CommandType>(
    command: T,
    data: NoInfer<DataOf<T>>,
    options: { readonly idempotencyKey: string },
  ): Promise<CommandResult<AnswerOf<T>>>;
}

/** What `createCommandClient` takes. */
export interface CommandClientOptions {
  /** Name of the service. */
  readonly service: string;
  /** Of its command function or of an API in front of it. @default - looked up in SSM, where the construct wrote it */
  readonly url?: string;
  /** Name of the backbone whose parameters tell the URL. @default - CHOREO_BACKBONE */
  readonly backbone?: string;
  /** Milliseconds that one try may take. @default 10_000 */
  readonly timeoutMilliseconds?: number;
  /** Tries of one command, the first one included. @default 4 */
  readonly triesMax?: number;
  /** Tells where the caller stands in a trace, e.g. `openTelemetry(api)`. @default - the service begins a trace of its own */
  readonly tracing?: Pick<Tracing, 'current'>;
}

/** Everything outside that a command client talks to. */
export interface CommandClientPorts {
  readonly clock: Clock;
  readonly entropy: Pick<Entropy, 'random'>;
  /** `undefined`: there is none. */
  findUrl(): Promise<string | undefined>;
  credentials(): Promise<RequestCredentials>;
  region(): Promise<string>;
  /** @throws when no answer comes in time */
  post(url: URL, headers: Readonly<Record<string, string>>, body: string, milliseconds: number): Promise<CommandReply>;
}

const TIMEOUT_MILLISECONDS = 10_000;
const TRIES_MAX = 4;
/** Longest wait before the second try, in milliseconds; doubles. */
const REPEAT_MILLISECONDS = 200;
const REPEAT_MILLISECONDS_MAX = 5_000;

function backboneOf({ backbone }: CommandClientOptions): string {
  return backbone ?? process.env[environmentNames.backbone] ?? '';
}

/** The ports on AWS: nothing is made before the first command. */
export function commandPorts(options: CommandClientOptions, clients: AwsClients = awsClients()): CommandClientPorts {
  const { service, url } = options;
  return {
    clock: systemClock,
    entropy: systemEntropy,
    async findUrl() {
      if (url !== undefined) return url;
      const name = backboneOf(options);
      return name === '' ? undefined : createParameters(clients.of(SSMClient)).get(`${parameterNames.commands(name)}/${service}`);
    },
    credentials: () => clients.of(SSMClient).config.credentials(),
    region: () => clients.of(SSMClient).config.region(),
    async post(target, headers, body, milliseconds) {
      const answer = await fetch(target, { method: 'POST', headers, body, redirect: 'error', signal: AbortSignal.timeout(milliseconds) });
      return { status: answer.status, retryAfter: answer.headers.get('retry-after') ?? undefined, text: await answer.text() };
    },
  };
}

/** Whose signature the host wants, and for which region. */
function scopeOf(host: string): { readonly service: string; readonly region?: string } {
  const [, service, region] = /^[\w-]+\.(lambda-url|execute-api)\.([\w-]+)\./.exec(host) ?? [];
  return { service: service === 'execute-api' ? service : 'lambda', ...(region === undefined ? {} : { region }) };
}

/** Sends a command by the name of its type: for tools, which have no types. It throws what `CommandClient.execute` does. */
export type CommandSender = (type: string, data: unknown, idempotencyKey: string) => Promise<CommandResult<unknown>>;

/** What a client consists of. */
export function createCommandSender(options: CommandClientOptions, ports: CommandClientPorts): CommandSender {
  const { service, timeoutMilliseconds = TIMEOUT_MILLISECONDS, triesMax = TRIES_MAX, tracing } = options;
  const { clock, entropy } = ports;
  let known: string | undefined;

  async function urlOf(type: string): Promise<URL> {
    known ??= await ports.findUrl();
    if (known !== undefined) return new URL(`${known.replace(/\/+$/, '')}/${type}`);
    const backbone = backboneOf(options);
    const where = backbone === '' ? 'no backbone is named (`backbone`, or CHOREO_BACKBONE)' : `the backbone ${backbone} has none`;
    const message = `No URL for commands of ${service} is known: ${where}. Deploy the service there with a command and \`commandAccess: 'iam'\`; code that calls an API of yours gives its \`url\` to createCommandClient.`;
    throw new ChoreographyError('COMMAND_URL_MISSING', message, { details: { service } });
  }
  async function tryOnce(type: string, body: string, idempotencyKey: string): Promise<CommandReply | undefined> {
    const url = await urlOf(type);
    const { region = await ports.region(), ...scope } = scopeOf(url.hostname);
    const credentials = await ports.credentials();
    const plain = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
    const signed = signRequest({ url, headers: plain, body }, { ...scope, region, credentials, at: clock.now() });
    // Not signed: what instruments `fetch` may put another one in its place.
    const headers = { ...signed, ...currentContext(tracing) };
    try {
      return await ports.post(url, headers, body, timeoutMilliseconds);
    } catch {
      known = undefined; // the next try looks whether the service has moved
      return undefined;
    }
  }
  async function wait(attempt: number, retryAfterSeconds = 0): Promise<void> {
    const ceiling = Math.min(REPEAT_MILLISECONDS_MAX, REPEAT_MILLISECONDS * 2 ** (attempt - 1));
    const least = Math.min(REPEAT_MILLISECONDS_MAX, retryAfterSeconds * 1000);
    await clock.sleep(least + Math.ceil(entropy.random() * ceiling));
  }
  return async (type, data, idempotencyKey) => {
    const body = JSON.stringify(data);
    let last: CommandResult<never> | undefined;
    for (let attempt = 1; attempt <= triesMax; attempt += 1) {
      const reply = await tryOnce(type, body, idempotencyKey);
      const read = reply && readReply(reply, service, type);
      if (read?.status === 'answered') return read.result;
      last = read?.result ?? last;
      if (attempt < triesMax) await wait(attempt, read?.retryAfterSeconds);
    }
    if (last) return last;
    const message = `${type} got no answer from ${service} in ${triesMax} attempts; it may have been carried out. Send it again with the same idempotency key.`;
    throw new ChoreographyError('COMMAND_UNAVAILABLE', message, { retryable: true, details: { service, command: type } });
  };
}

/** The same on any ports: for tests. */
export function createCommandClientOn(options: CommandClientOptions, ports: CommandClientPorts): CommandClient {
  const send = createCommandSender(options, ports);
  return { execute: async (command, data, { idempotencyKey }) => (await send(command.type, data, idempotencyKey)) as never };
}

/**
 * Calls the commands of another service over its URL: signed with the credentials of the process, with bounded tries of
 * the same idempotency key. The caller needs `grantSendCommand` of the service's construct.
 */
export function createCommandClient(options: CommandClientOptions): CommandClient {
  return createCommandClientOn(options, commandPorts(options));
}
