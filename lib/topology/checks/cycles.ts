import type { Check, CheckInput, FindingDraft } from '../check-input.ts';
import { strongComponents } from '../components.ts';
import { wayTo } from '../event-edges.ts';
import { listed } from '../wording.ts';

function cycleIn({ edges }: CheckInput, component: readonly string[]): readonly string[] | undefined {
  const members = new Set(component);
  const [first = ''] = [...component].sort();
  return wayTo(edges, first, new Set([first]), (type) => members.has(type));
}

/** Messages that set each other off; the shortest way round is spelled out. */
export const eventCycles: Check = (input) => {
  const { edges } = input;
  const components = strongComponents([...edges.keys()], (type) => (edges.get(type) ?? []).map(({ to }) => to));
  return components.flatMap((component): FindingDraft[] => {
    const cycle = cycleIn(input, component);
    if (!cycle) return [];
    const others = component.filter((type) => !cycle.includes(type));
    return [
      {
        code: 'EVENT_CYCLE',
        path: (cycle[1] ?? '').replace(' (undo)', '.compensation'),
        message: `${cycle[0]} leads back to itself: ${cycle.join(' → ')}.${others.length > 0 ? ` ${listed(others)} can come round as well.` : ''}`,
        fix: 'Take one of these reactions off the cycle, or let it emit an event of its own that nobody on the cycle reacts to. If the cycle is intended and something ends it, allow the finding with that reason.',
      },
    ];
  });
};

function serviceEdges({ graph, edges }: CheckInput): ReadonlyMap<string, ReadonlySet<string>> {
  const to = new Map<string, Set<string>>(graph.services.map(({ name }) => [name, new Set()]));
  const serviceOf = new Map(graph.reactions.map(({ id, service }) => [id, service]));
  const takers = new Map(graph.messages.map(({ type, consumedBy }) => [type, consumedBy.flatMap(({ service }) => service ?? [])]));
  for (const list of edges.values())
    for (const { reaction, to: type } of list)
      for (const other of takers.get(type) ?? []) {
        const service = serviceOf.get(reaction) ?? '';
        if (other !== service) to.get(service)?.add(other);
      }
  return to;
}

/** Services that hear each other: usual in a saga, and good to know before one is taken out. */
export const serviceCycles: Check = (input) => {
  const next = serviceEdges(input);
  const components = strongComponents([...next.keys()], (service) => [...(next.get(service) ?? [])]);
  return components
    .filter(({ length }) => length > 1)
    .map((component): FindingDraft => {
      const names = [...component].sort();
      return {
        code: 'SERVICE_CYCLE',
        path: names[0] ?? '',
        message: `${listed(names, 10)} react to each other's events. That alone does not bring an event back to where it began.`,
        fix: 'Nothing, as long as each can be deployed alone.',
      };
    });
};
