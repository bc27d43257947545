import { ChoreographyError } from '../../contract/errors.ts';
import type { Channels } from '../completeness/channels.ts';
import { createChannels } from '../completeness/channels.ts';
import { createGraph, type ReactionNode, type TopologyGraph } from '../graph.ts';
import type { ReactionManifest, ServiceManifest } from '../manifest.ts';
import type { OutsideSystems } from '../outside.ts';

/** Bounds that the runtime itself keeps; its settings have them under the same names. */
export interface RuntimeBounds {
  readonly attemptSecondsMax: number;
  readonly inPlaceMilliseconds: number;
  readonly inPlaceTriesMax: number;
  readonly wakeSecondsMax: number;
  readonly sweepAfterSeconds: number;
}

/** What a plan takes for granted, as no definition says it. */
export interface PlanOptions {
  readonly bounds: RuntimeBounds;
  /** Messages of systems that have no manifest. @default {} */
  readonly external?: OutsideSystems;
  /** Size of an event with its envelope, more than 0 and up to 256. @default 1 */
  readonly eventKilobytes?: number;
  /** Messages that come in one batch, 1 to 10,000. @default 1, the dearest */
  readonly batch?: number;
  /** Entities of up to 1 KB that one run reads and writes, 0 to 90. @default 1 */
  readonly entities?: number;
  /** The same by reaction, e.g. `payment.chargePayment`. @default {} */
  readonly entitiesOf?: Readonly<Record<string, number>>;
  /** How far away the deadlines are that end a saga, in seconds: only code says it. @default - nothing is said of it */
  readonly deadlineSeconds?: number;
  /** @default - nothing is said of a month */
  readonly sagasPerMonth?: number;
}

/** A reaction, with what the plan needs of it. */
export interface PlannedReaction {
  readonly node: ReactionNode;
  readonly manifest: ReactionManifest;
  readonly entities: number;
  /** Its first call outside is committed before it is made. */
  readonly recordsCalls: boolean;
}

/** What all parts of a plan go by. */
export interface Estimate {
  readonly graph: TopologyGraph;
  readonly channels: Channels;
  readonly services: ReadonlyMap<string, ServiceManifest>;
  /** By id. */
  readonly reactions: ReadonlyMap<string, PlannedReaction>;
  /** Types of commands. */
  readonly commands: ReadonlySet<string>;
  readonly eventKilobytes: number;
  readonly batch: number;
  /** Those that read the whole stream: its services, and the bridge, which a backbone with a stream always has. */
  readonly readers: number;
  /** Services on the bus, by the types that they take from it. */
  readonly onBus: ReadonlyMap<string, readonly string[]>;
  readonly bounds: RuntimeBounds;
}

/** Kilobytes of an event, at most: `MESSAGE_BYTES_MAX`. */
export const EVENT_KILOBYTES_MAX = 256;
/** Records of a batch, at most (AWS). */
export const BATCH_MAX = 10_000;
/** Entities of a run, at most: a transaction has 100 items, and some are the journal's own. */
export const ENTITIES_MAX = 90;

function checkNumber(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw new ChoreographyError('INVALID_PLAN', `${name} is ${value}: give ${least} to ${most}.`, { details: { name, value } });
}

/** Its calls go through the journal: it can be undone, or must not be repeated. The runtime's own rule. */
function recordsCalls({ callsOutside, compensation }: ReactionNode, { delivery }: ReactionManifest): boolean {
  return callsOutside && (compensation !== undefined || delivery === 'at-most-once');
}

function planReactions(graph: TopologyGraph, manifests: readonly ServiceManifest[], options: PlanOptions) {
  const { entities = 1, entitiesOf = {} } = options;
  const nodes = new Map(graph.reactions.map((node) => [node.id, node]));
  const unknown = Object.keys(entitiesOf).find((id) => !nodes.has(id));
  if (unknown !== undefined) {
    const message = `There is no reaction ${unknown}; name one as <service>.<reaction>, e.g. ${graph.reactions[0]?.id}.`;
    throw new ChoreographyError('INVALID_PLAN', message, { details: { reaction: unknown } });
  }
  const planned = manifests.flatMap(({ service, reactions }) =>
    reactions.map((manifest): PlannedReaction => {
      const node = nodes.get(`${service}.${manifest.name}`) as ReactionNode;
      const count = checkNumber(`The number of entities of ${node.id}`, entitiesOf[node.id] ?? entities, 0, ENTITIES_MAX);
      return { node, manifest, entities: count, recordsCalls: recordsCalls(node, manifest) };
    }),
  );
  return new Map(planned.map((one) => [one.node.id, one]));
}

function takenFromBus(graph: TopologyGraph, services: ReadonlyMap<string, ServiceManifest>): ReadonlyMap<string, readonly string[]> {
  const onBus = ({ service }: { readonly service?: string }) => service !== undefined && services.get(service)?.source === 'bus';
  return new Map(
    graph.messages.map(({ type, consumedBy }) => [type, [...new Set(consumedBy.filter(onBus).map(({ service }) => service as string))]]),
  );
}

/** Puts together what is known and what is taken for granted. @throws DUPLICATE, INVALID_PLAN */
export function createEstimate(manifests: readonly ServiceManifest[], options: PlanOptions): Estimate {
  const { external, eventKilobytes = 1, batch = 1, bounds } = options;
  const graph = createGraph(manifests, external);
  const services = new Map(manifests.map((manifest) => [manifest.service, manifest]));
  return {
    graph,
    channels: createChannels(graph),
    services,
    reactions: planReactions(graph, manifests, options),
    commands: new Set(graph.messages.filter(({ kind }) => kind === 'command').map(({ type }) => type)),
    eventKilobytes: checkNumber('The size of an event in KB', eventKilobytes, 0.01, EVENT_KILOBYTES_MAX),
    batch: checkNumber('The size of a batch', batch, 1, BATCH_MAX),
    readers: manifests.filter(({ source }) => source === 'stream').length + 1,
    onBus: takenFromBus(graph, services),
    bounds,
  };
}
