import { Graph, layout } from '@dagrejs/dagre';
import type { TopologyGraph } from '../../topology/graph.ts';

/** Something with a place, in pixels; `x` and `y` are its middle. */
export interface PlacedNode {
  readonly id: string;
  readonly kind: 'service' | 'message' | 'outside';
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How a service and a message belong together. */
export type EdgeKind = 'takes' | 'undo' | 'emits' | 'fails' | 'later' | 'undone';

/** An arrow, as the points that it goes through. */
export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly kinds: readonly EdgeKind[];
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** A choreography that can be drawn. */
export interface PlacedGraph {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

// All in pixels.
const LETTER_WIDTH = 7.4;
const NODE_PADDING = 26;
const NODE_WIDTH_MIN = 96;
const HEIGHTS = { service: 44, message: 28, outside: 28 } as const;
const MARGIN = 16;

/** Where commands and foreign messages come from. */
const OUTSIDE = 'outside';
const serviceId = (name: string) => `service ${name}`;
const messageId = (type: string) => `message ${type}`;

type Link = readonly [from: string, to: string, kind: EdgeKind];

function linksOf({ reactions, messages }: TopologyGraph): readonly Link[] {
  const ofReactions = reactions.flatMap(({ service, on, emits, fails, schedules, compensation }): readonly Link[] => [
    ...on.map((type): Link => [messageId(type), serviceId(service), 'takes']),
    ...(compensation?.on ?? []).map((type): Link => [messageId(type), serviceId(service), 'undo']),
    ...emits.map((type): Link => [serviceId(service), messageId(type), 'emits']),
    ...fails.map((type): Link => [serviceId(service), messageId(type), 'fails']),
    ...schedules.map((type): Link => [serviceId(service), messageId(type), 'later']),
    ...(compensation?.emits ?? []).map((type): Link => [serviceId(service), messageId(type), 'undone']),
  ]);
  const fromOutside = messages.filter(
    ({ kind, emittedBy }) => kind === 'command' || emittedBy.some(({ reaction }) => reaction === undefined),
  );
  return [...fromOutside.map(({ type }): Link => [OUTSIDE, messageId(type), 'emits']), ...ofReactions];
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kinds: EdgeKind[];
}

/** Links between the same two, as one arrow. */
function joined(links: readonly Link[]): ReadonlyMap<string, Edge> {
  const edges = new Map<string, Edge>();
  for (const [from, to, kind] of links) {
    const key = JSON.stringify([from, to]);
    const edge = edges.get(key) ?? { from, to, kinds: [] };
    if (!edge.kinds.includes(kind)) edge.kinds.push(kind);
    edges.set(key, edge);
  }
  return edges;
}

type Unplaced = Pick<PlacedNode, 'id' | 'kind' | 'name'>;

function nodesOf({ services, messages }: TopologyGraph, links: readonly Link[]): readonly Unplaced[] {
  const hasOutside = links.some(([from]) => from === OUTSIDE);
  return [
    ...(hasOutside ? [{ id: OUTSIDE, kind: 'outside' as const, name: 'outside' }] : []),
    ...services.map(({ name }) => ({ id: serviceId(name), kind: 'service' as const, name })),
    ...messages.map(({ type }) => ({ id: messageId(type), kind: 'message' as const, name: type })),
  ];
}

/** How many arrows a saga goes through to get to a node, at least: what it is begun by, then what follows. */
function depthsOf(edges: Iterable<Edge>): ReadonlyMap<string, number> {
  const all = [...edges];
  const entered = new Set(all.map(({ to }) => to));
  const roots = new Set(all.map(({ from }) => from).filter((id) => !entered.has(id)));
  const depths = new Map([...(roots.size > 0 ? roots : all.slice(0, 1).map(({ from }) => from))].map((id) => [id, 0]));
  for (const [id, depth] of depths) {
    // What is undone goes back on a way that is there already.
    const next = all.filter(({ from, kinds }) => from === id && kinds.some((kind) => kind !== 'undo'));
    for (const { to } of next) if (!depths.has(to)) depths.set(to, depth + 1);
  }
  return depths;
}

/** The size of a picture with all of it: dagre's own leaves out arrows that go around the nodes. */
function extentOf(nodes: readonly PlacedNode[], edges: readonly PlacedEdge[]): Pick<PlacedGraph, 'width' | 'height'> {
  const corners = [
    ...nodes.map(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 })),
    ...edges.flatMap(({ points }) => points),
  ];
  return {
    width: Math.max(...corners.map(({ x }) => x)) + MARGIN,
    height: Math.max(...corners.map(({ y }) => y)) + MARGIN,
  };
}

/** Gives every service and message of a choreography its place: what comes first stands left. The same graph gives the same places. */
export function placedGraph(graph: TopologyGraph): PlacedGraph {
  const links = linksOf(graph);
  const edges = [...joined(links).values()];
  const depths = depthsOf(edges);
  const isBack = ({ from, to }: Edge) => (depths.get(to) ?? 0) <= (depths.get(from) ?? 0);
  const dagre = new Graph({ directed: true, multigraph: true });
  dagre.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 46, marginx: MARGIN, marginy: MARGIN });
  dagre.setDefaultEdgeLabel(() => ({}));
  const sized = nodesOf(graph, links).map((node) => {
    const width = Math.max(NODE_WIDTH_MIN, node.name.length * LETTER_WIDTH + NODE_PADDING);
    return { ...node, width, height: HEIGHTS[node.kind] };
  });
  for (const { id, width, height } of sized) dagre.setNode(id, { width, height });
  // An arrow that goes back is laid out as if it went forth, or it would turn the picture around.
  const named = edges.map((edge, index) => ({
    edge,
    ends: isBack(edge) ? ([edge.to, edge.from] as const) : ([edge.from, edge.to] as const),
    name: `${index}`,
  }));
  for (const { ends, name } of named) dagre.setEdge(ends[0], ends[1], {}, name);
  layout(dagre);
  const nodes = sized.map((node) => {
    const { x = 0, y = 0 } = dagre.node(node.id);
    return { ...node, x, y };
  });
  const placed = named.map(({ edge, ends, name }) => {
    const points = dagre.edge(ends[0], ends[1], name).points ?? [];
    return { ...edge, points: isBack(edge) ? [...points].reverse() : points };
  });
  return { ...extentOf(nodes, placed), nodes, edges: placed };
}
