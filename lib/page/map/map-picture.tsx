import type { JSX } from 'preact';
import { ArrowHeads } from '../arrow-heads.tsx';
import type { EdgeKind, PlacedEdge, PlacedGraph, PlacedNode } from './placed-graph.ts';

/** What is known of the messages beside their places. */
export interface MapFacts {
  /** Types on which something is undone. */
  readonly failures: ReadonlySet<string>;
  /** Events of a type that went over the stream lately. */
  readonly seen: ReadonlyMap<string, number>;
}

const edgeTexts: Readonly<Record<EdgeKind, string>> = {
  takes: 'takes',
  undo: 'undoes what it did on',
  emits: 'sends',
  fails: 'fails with',
  later: 'schedules',
  undone: 'sends when it is undone',
};

/** A line through the middles between its points, round at the points. */
function curve(points: PlacedEdge['points']): string {
  const bends = points.slice(1, -1).map((point, index) => {
    const next = points[index + 2] ?? point;
    const isLast = index === points.length - 3;
    return `Q${point.x} ${point.y} ${isLast ? next.x : (point.x + next.x) / 2} ${isLast ? next.y : (point.y + next.y) / 2}`;
  });
  return `M${points[0]?.x} ${points[0]?.y}${bends.join('')}`;
}

function Edge({ edge, facts }: { readonly edge: PlacedEdge; readonly facts: MapFacts }): JSX.Element {
  const { points, kinds, from, to } = edge;
  const isFailure = [from, to].some((id) => facts.failures.has(id.replace(/^message /, '')));
  const only = kinds.length === 1 ? kinds[0] : undefined;
  const style = only === 'later' ? ' later' : only === 'undo' || only === 'undone' ? ' undo' : '';
  return (
    <g class={`arrow${isFailure ? ' failure' : ''}${style}`}>
      <path d={curve(points)} marker-end={isFailure ? 'url(#failure)' : 'url(#event)'} />
      <title>{`${from.replace(/^\w+ /, '')} ${kinds.map((kind) => edgeTexts[kind]).join(', ')} ${to.replace(/^\w+ /, '')}`}</title>
    </g>
  );
}

function Node({ node, facts }: { readonly node: PlacedNode; readonly facts: MapFacts }): JSX.Element {
  const { kind, name, x, y, width, height } = node;
  const count = kind === 'message' ? facts.seen.get(name) : undefined;
  const look = `${kind}${facts.failures.has(name) ? ' failure' : ''}${count ? ' seen' : ''}`;
  return (
    <g class={look}>
      <rect x={x - width / 2} y={y - height / 2} width={width} height={height} rx={kind === 'service' ? 6 : height / 2} />
      <text x={x} y={y + 4} text-anchor="middle" font-size={12.5}>
        {name}
      </text>
      {count !== undefined && count > 0 && (
        <text class="count" x={x + width / 2 - 4} y={y - height / 2 - 3} text-anchor="end" font-size={11}>
          {count}
        </text>
      )}
    </g>
  );
}

/** All services and messages, with an arrow for each way that a message takes. */
export function MapPicture({ graph, facts }: { readonly graph: PlacedGraph; readonly facts: MapFacts }): JSX.Element {
  const { width, height, nodes, edges } = graph;
  return (
    <svg class="map" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label="Services and their messages">
      <ArrowHeads />
      {edges.map((edge) => (
        <Edge key={`${edge.from} ${edge.to}`} edge={edge} facts={facts} />
      ))}
      {nodes.map((node) => (
        <Node key={node.id} node={node} facts={facts} />
      ))}
    </svg>
  );
}
