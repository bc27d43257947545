import type { TopologyGraph } from './graph.ts';

/** A reaction takes one message and lets another out. */
export interface EventEdge {
  /** `payment.chargePayment`. */
  readonly reaction: string;
  /** `undo`: by its compensation. */
  readonly by: 'react' | 'undo';
  readonly to: string;
}

/** What each message leads to in one reaction, by type. */
export type EventEdges = ReadonlyMap<string, readonly EventEdge[]>;

/** Edges of the graph of messages, those of compensations included. */
export function eventEdges({ reactions, messages }: TopologyGraph): EventEdges {
  const edges = new Map<string, EventEdge[]>(messages.map(({ type }) => [type, []]));
  for (const { id, on, emits, fails, schedules, compensation } of reactions) {
    for (const from of on) for (const to of [...emits, ...fails, ...schedules]) edges.get(from)?.push({ reaction: id, by: 'react', to });
    for (const from of compensation?.on ?? [])
      for (const to of compensation?.emits ?? []) edges.get(from)?.push({ reaction: id, by: 'undo', to });
  }
  return edges;
}

/** The shortest way from one message to one of the others, the messages and reactions on it in turn; `undefined`: there is none. */
export function wayTo(
  edges: EventEdges,
  from: string,
  goals: ReadonlySet<string>,
  within: (type: string) => boolean = () => true,
): readonly string[] | undefined {
  const before = new Map<string, { readonly from: string; readonly edge: EventEdge }>();
  const queue = [from];
  for (const type of queue) {
    for (const edge of edges.get(type) ?? []) {
      if (before.has(edge.to) || !within(edge.to)) continue;
      before.set(edge.to, { from: type, edge });
      if (goals.has(edge.to)) return spelled(before, from, edge.to);
      queue.push(edge.to);
    }
  }
  return undefined;
}

function spelled(
  before: ReadonlyMap<string, { readonly from: string; readonly edge: EventEdge }>,
  from: string,
  to: string,
): readonly string[] {
  const way = [to];
  for (let step = before.get(to); step; step = step.from === from ? undefined : before.get(step.from))
    way.push(step.edge.by === 'undo' ? `${step.edge.reaction} (undo)` : step.edge.reaction, step.from);
  return way.reverse();
}

/** Messages that this one can lead to, itself not unless it comes round. */
export function reachable(edges: EventEdges, from: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const queue = [from];
  for (const type of queue) {
    for (const { to } of edges.get(type) ?? []) {
      if (reached.has(to)) continue;
      reached.add(to);
      queue.push(to);
    }
  }
  return reached;
}
