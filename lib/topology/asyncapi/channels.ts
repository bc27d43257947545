import type { InboundSource } from '../../contract/inbound.ts';
import { type Carried, inOrder, keyOf } from './carried.ts';
import type { Reference } from './data-schema.ts';
import type { Flow, Way } from './flows.ts';

/** A Server Object of AsyncAPI. */
export interface AsyncApiServer {
  readonly host: string;
  readonly protocol: string;
  readonly description: string;
  readonly variables: Readonly<Record<string, { readonly description: string; readonly examples: readonly string[] }>>;
}

/** A Channel Object of AsyncAPI. */
export interface AsyncApiChannel {
  readonly address: string | null;
  readonly title: string;
  readonly description: string;
  readonly servers: readonly Reference[];
  readonly parameters?: Readonly<Record<string, { readonly description: string; readonly enum?: readonly string[] }>>;
  readonly messages: Readonly<Record<string, Reference>>;
  /** What an inbound reads, as it was defined. */
  readonly 'x-from'?: InboundSource;
}

/** The key of a channel. */
export function channelKey(way: Way): string {
  switch (way.kind) {
    case 'commands':
      return `commands-${way.service}`;
    case 'inbound':
      return `inbound-${way.service}-${way.name}`;
    default:
      return way.kind;
  }
}

/** A message as a channel has it. */
export function channelMessageRef(way: Way, message: Carried): Reference {
  return { $ref: `#/channels/${channelKey(way)}/messages/${keyOf(message)}` };
}

function protocolOf(way: Way): 'kinesis' | 'eventbridge' | 'sqs' | 'https' {
  if (way.kind === 'commands') return 'https';
  const from = way.kind === 'inbound' ? Object.keys(way.from)[0] : way.kind;
  return from === 'queue' ? 'sqs' : from === 'bus' ? 'eventbridge' : 'kinesis';
}

/** The key of the server that a way is on: one of AWS for all services, and one a service for its commands. */
function serverKey(way: Way): string {
  return way.kind === 'commands' ? `commands-${way.service}` : protocolOf(way);
}

/** Hosts differ by stage, account and region, which definitions do not know: they are variables. */
function serverOf(way: Way): AsyncApiServer {
  const protocol = protocolOf(way);
  const [description, example] = {
    kinesis: ['Amazon Kinesis Data Streams in the account and region of the stage.', 'kinesis.eu-central-1.amazonaws.com'],
    eventbridge: ['Amazon EventBridge in the account and region of the stage.', 'events.eu-central-1.amazonaws.com'],
    sqs: ['Amazon SQS in the account and region of the stage.', 'sqs.eu-central-1.amazonaws.com'],
    https: ['The URL of the command function, signed with AWS Signature Version 4, or an API in front of it.', 'orders.example.com'],
  }[protocol] as [string, string];
  return { host: '{host}', protocol, description, variables: { host: { description: 'The host of the stage.', examples: [example] } } };
}

function placeOf(
  way: Way,
  commands: readonly string[],
): Pick<AsyncApiChannel, 'address' | 'title' | 'description' | 'parameters' | 'x-from'> {
  switch (way.kind) {
    case 'stream':
      return {
        address: '{stream}',
        title: 'The stream',
        description: 'Every event, in order by its partition key. A record is the CloudEvents document.',
        parameters: { stream: { description: 'The name of the Kinesis stream of the stage.' } },
      };
    case 'bus':
      return {
        address: '{bus}',
        title: 'The bus',
        description:
          'Events that some service on the bus subscribes to, in no order. `detail` is the CloudEvents document, `detail-type` its type.',
        parameters: { bus: { description: 'The name of the EventBridge bus of the stage.' } },
      };
    case 'commands':
      return {
        address: '/{command}',
        title: `Commands of ${way.service}`,
        description: 'A POST with the data of the command. The answer, or the refusal, comes back at once.',
        parameters: { command: { description: 'The name of the command.', enum: commands } },
      };
    case 'inbound':
      return {
        address: null,
        title: `What ${way.service} takes in as ${way.event}`,
        description: `Messages of another system, which ${way.service} reads as ${way.event}.`,
        'x-from': way.from,
      };
  }
}

function channelOf(way: Way, carried: readonly Carried[]): AsyncApiChannel {
  const commands = carried.filter(({ form }) => form === 'command').map(({ type }) => type);
  const messages = Object.fromEntries(carried.map((one) => [keyOf(one), { $ref: `#/components/messages/${keyOf(one)}` }]));
  return { ...placeOf(way, commands), servers: [{ $ref: `#/servers/${serverKey(way)}` }], messages };
}

const kinds = ['stream', 'bus', 'commands', 'inbound'] as const;

/** The ways of these flows with all that goes through each: the stream, the bus, then those of services. */
function waysOf(flows: readonly Flow[]): readonly { readonly way: Way; readonly carried: readonly Carried[] }[] {
  const ways = new Map<string, { readonly way: Way; readonly carried: Carried[] }>();
  for (const { way, messages, replies = [] } of flows) {
    const known = ways.get(channelKey(way)) ?? { way, carried: [] };
    known.carried.push(...messages, ...replies);
    ways.set(channelKey(way), known);
  }
  return [...ways.values()]
    .map(({ way, carried }) => ({ way, carried: inOrder(carried) }))
    .sort((left, right) => kinds.indexOf(left.way.kind) - kinds.indexOf(right.way.kind));
}

/** Channels and the servers they are on. */
export function channelsOf(flows: readonly Flow[]): {
  readonly servers: Readonly<Record<string, AsyncApiServer>>;
  readonly channels: Readonly<Record<string, AsyncApiChannel>>;
} {
  const ways = waysOf(flows);
  return {
    servers: Object.fromEntries(ways.map(({ way }) => [serverKey(way), serverOf(way)])),
    channels: Object.fromEntries(ways.map(({ way, carried }) => [channelKey(way), channelOf(way, carried)])),
  };
}
