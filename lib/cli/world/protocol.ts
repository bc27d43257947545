// What a command in another process says to a world that is served: one call of a port each.
import { ChoreographyError, isChoreographyError } from '../../contract/errors.ts';
import type { OperatorAccess } from '../../operations/access.ts';
import type { EnginePorts } from './engine-ports.ts';

/** The calls that are passed on, by port. Everything else is refused. */
const calls = {
  access: ['checkMessage', 'consumers', 'queueFigures', 'progress'],
  control: ['consumer', 'setConsumer'],
  records: ['get', 'put', 'list'],
  stream: ['shards', 'read'],
  publisher: ['publish'],
  platform: ['wake'],
  store: [
    'read',
    'commit',
    'listDeadLetters',
    'listClaims',
    'scanClaims',
    'listParked',
    'listParkedSagas',
    'generations',
    'putGenerations',
    'scanEntities',
    'dropGeneration',
  ],
  replayQueue: ['send'],
  inputs: ['send', 'publish', 'deliver'],
} as const;

/** A port of a served world. */
export type PortName = keyof typeof calls;

/** One call. */
export interface PortCall {
  readonly port: PortName;
  /** Of `store` and `replayQueue`. */
  readonly service?: string;
  readonly method: string;
  readonly parameters: readonly unknown[];
}

/** What comes back. */
export type PortAnswer =
  | { readonly value?: unknown }
  | {
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly retryable: boolean;
        readonly details: Readonly<Record<string, unknown>>;
      };
    };

/** What a client has to know before its first call. */
export interface WorldHello {
  /** Milliseconds since 1970, in the world. */
  readonly now: number;
  readonly who: string;
  readonly retentionSeconds?: number;
  /** Milliseconds of the world for each of ours. */
  readonly timeScale: number;
}

type Method = (...parameters: readonly unknown[]) => Promise<unknown>;

function refuse(what: string): never {
  throw new ChoreographyError('CALL_REFUSED', `${what} is not a call that a served world takes.`);
}

function isCall(value: unknown): value is PortCall {
  const { port, service, method, parameters } = (value ?? {}) as Partial<Record<keyof PortCall, unknown>>;
  return (
    typeof port === 'string' &&
    Object.hasOwn(calls, port) &&
    (calls[port as PortName] as readonly unknown[]).includes(method) &&
    (service === undefined || typeof service === 'string') &&
    Array.isArray(parameters)
  );
}

function portOf({ access, inputs }: EnginePorts, { port, service = '' }: PortCall): object | undefined {
  if (port === 'inputs') return inputs;
  if (port === 'access') return access;
  return port === 'store' || port === 'replayQueue' ? access[port](service) : access[port];
}

/** A result of `Store.read` holds maps, which JSON does not know. */
const isRead = ({ port, method }: Pick<PortCall, 'port' | 'method'>) => port === 'store' && method === 'read';

function plain(call: PortCall, value: unknown): unknown {
  if (!isRead(call)) return value;
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, ReadonlyMap<string, unknown>>>).map(([n, map]) => [n, [...map]]),
  );
}

/** Makes a call on a port, and an answer of whatever comes of it. @throws CALL_REFUSED */
export async function answerCall(ports: EnginePorts, call: unknown): Promise<PortAnswer> {
  if (!isCall(call)) return refuse(JSON.stringify(call)?.slice(0, 200) ?? 'Nothing');
  try {
    const port = portOf(ports, call) as Readonly<Record<string, Method | undefined>> | undefined;
    const method = port?.[call.method] ?? refuse(`${call.port}.${call.method}`);
    return { value: plain(call, await method.apply(port, [...call.parameters])) };
  } catch (error) {
    if (!isChoreographyError(error)) throw error;
    const { code, message, retryable, details } = error;
    return { error: { code, message, retryable, details } };
  }
}

/** The value of an answer. @throws what was thrown on the other side */
function valueIn(call: PortCall, answer: PortAnswer): unknown {
  if ('error' in answer) {
    const { code, message, ...options } = answer.error;
    throw new ChoreographyError(code, message, options);
  }
  const { value } = answer;
  if (!isRead(call)) return value;
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, readonly (readonly [string, unknown])[]>>).map(([n, all]) => [n, new Map(all)]),
  );
}

/** The ports of a world on the other side of `send`. */
export function passingOn(
  { who, retentionSeconds }: WorldHello,
  clock: OperatorAccess['clock'],
  send: (call: PortCall) => Promise<PortAnswer>,
): EnginePorts {
  const portFor = <Port extends object>(port: PortName, service?: string): Port => {
    const methods = calls[port].map((method) => [
      method,
      async (...parameters: readonly unknown[]) => {
        const call: PortCall = { port, ...(service === undefined ? {} : { service }), method, parameters };
        return valueIn(call, await send(call));
      },
    ]);
    return Object.fromEntries(methods) as Port;
  };
  const access: OperatorAccess = {
    who,
    clock,
    ...(retentionSeconds === undefined ? {} : { retentionSeconds }),
    ...portFor<Required<Pick<OperatorAccess, 'checkMessage' | 'consumers' | 'queueFigures' | 'progress'>>>('access'),
    control: portFor('control'),
    records: portFor('records'),
    stream: portFor('stream'),
    publisher: portFor('publisher'),
    platform: portFor('platform'),
    store: (service) => portFor('store', service),
    replayQueue: (service) => portFor('replayQueue', service),
  };
  return { access, inputs: portFor('inputs') };
}
