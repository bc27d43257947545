// What the constructs lay down and the functions find again: names that both sides must agree on.
import type { OperatorBounds } from './operator-bounds.ts';

/** Environment variables of the functions: written by the constructs, read by the handlers. */
export const environmentNames = {
  /** Name of the backbone. */
  backbone: 'CHOREO_BACKBONE',
  /** Name of the service whose resources the others are. */
  service: 'CHOREO_SERVICE',
  /** Name of the stream; absent where the backbone has only a bus. */
  stream: 'CHOREO_STREAM',
  /** Name of the bus. */
  bus: 'CHOREO_BUS',
  /** Name of the Glue registry. */
  registry: 'CHOREO_REGISTRY',
  /** Name of the backbone's control table. */
  controlTable: 'CHOREO_CONTROL_TABLE',
  /** Name of the service's journal table. */
  table: 'CHOREO_TABLE',
  /** JSON object: logical name of a table that the team brought → its name. */
  tables: 'CHOREO_TABLES',
  /** URL of the queue that the bus feeds, for a service on the bus. */
  busQueue: 'CHOREO_BUS_QUEUE',
  /** URL of the consumer's private FIFO queue. */
  replayQueue: 'CHOREO_REPLAY_QUEUE',
  /** URL of the standard queue for what AWS gives up on. */
  deadLetterQueue: 'CHOREO_DEAD_LETTER_QUEUE',
  /** URL of the FIFO queue behind the replay queue. */
  replayDeadLetterQueue: 'CHOREO_REPLAY_DEAD_LETTER_QUEUE',
  /** JSON object: name of a queue, stream or rule queue that feeds an inbound → its logical name. */
  inbounds: 'CHOREO_INBOUNDS',
  /** JSON object: settings of the runtime that differ from the defaults. */
  settings: 'CHOREO_SETTINGS',
  /** Bridge only: seconds between two looks at who subscribes to what. */
  bridgeRefreshSeconds: 'CHOREO_BRIDGE_REFRESH_SECONDS',
  /** Bridge only: comma-separated types that are always forwarded, or `*`. */
  bridgeTypes: 'CHOREO_BRIDGE_TYPES',
} as const;

/** The longest that the bridge may go by a list of subscriptions, in seconds: a day. The least is one. */
export const BRIDGE_REFRESH_SECONDS_MAX = 86_400;

/** Keys of a journal table: one item a row. */
export const journalTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Seconds since 1970. */
  expiry: 'expiresAt',
  /** Sparse index of entities by a declared value. */
  entityIndex: { name: 'by-value', partitionKey: 'ipk', sortKey: 'isk' },
} as const;

/** Keys of the backbone's control table. */
export const controlTable = { partitionKey: 'pk', sortKey: 'sk', expiry: 'expiresAt' } as const;

/** What is found of a backbone one by one; a part that it does not have has no parameter. */
export type BackbonePart = 'stream-arn' | 'bus-arn' | 'registry' | 'control-table' | 'key-arn' | 'operator-role-arn';

/** The JSON in the parameter of a backbone, for the tools. */
export interface BackboneAddress {
  /** Name; absent where there is only a bus. */
  readonly stream?: string;
  readonly streamArn?: string;
  /** Name. */
  readonly bus: string;
  readonly busArn: string;
  /** Name of the Glue registry. */
  readonly registry: string;
  /** Name. */
  readonly controlTable: string;
  /** ARN; absent where AWS owns the keys. */
  readonly key?: string;
  /** Name of the bridge function; absent without a stream. */
  readonly bridge?: string;
  /** URL of the queue for what the bridge gives up on. */
  readonly bridgeDeadLetterQueue?: string;
  /** Name of the operator function; absent where there is none. */
  readonly operator?: string;
}

/** The JSON in the parameter of a service, for the tools. */
export interface ServiceAddress extends OperatorBounds {
  readonly source: 'stream' | 'bus';
  /** Name of the journal table. */
  readonly table: string;
  /** Logical name of a table that the team brought → its name. @default - none */
  readonly tables?: Readonly<Record<string, string>>;
  /** URL; for a service on the bus. */
  readonly busQueue?: string;
  /** URLs. */
  readonly replayQueue: string;
  readonly deadLetterQueue: string;
  readonly replayDeadLetterQueue: string;
  /** Names of the functions. */
  readonly worker: string;
  readonly command?: string;
}

/** SSM parameters under which everything about a backbone is found. */
export const parameterNames = {
  root: (backbone: string) => `/choreo/${backbone}`,
  /** Its value is a JSON object: stream, bus, registry, control table and key, by ARN or name. */
  backbone: (backbone: string) => `/choreo/${backbone}/backbone`,
  /** One value of the backbone alone: CloudFormation, which finds a backbone by these, takes nothing out of a JSON object. */
  backbonePart: (backbone: string, part: BackbonePart) => `/choreo/${backbone}/backbone/${part}`,
  /** One parameter a service below it: comma-separated event types that it takes from the bus. */
  subscriptions: (backbone: string) => `/choreo/${backbone}/subscriptions`,
  /** Parameters `<service>/<part>` below it: the manifest, in parts of at most `PARAMETER_CHARACTERS_MAX`. */
  manifests: (backbone: string) => `/choreo/${backbone}/manifests`,
  /** One parameter a service below it: a JSON object with the names of its table, queues and functions, for the tools. */
  services: (backbone: string) => `/choreo/${backbone}/services`,
  /** One parameter a service below it: the URL of its command function. */
  commands: (backbone: string) => `/choreo/${backbone}/commands`,
  /** One parameter a service below it: the ARN of that function, for grants in other stacks. CloudFormation cannot take it out of the URL. */
  commandFunctions: (backbone: string) => `/choreo/${backbone}/command-functions`,
} as const;

/** Characters of one standard SSM parameter (AWS: 4 KB). */
export const PARAMETER_CHARACTERS_MAX = 4_000;
