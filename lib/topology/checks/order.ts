import type { Check, FindingDraft } from '../check-input.ts';
import { reachable } from '../event-edges.ts';
import { called, listed } from '../wording.ts';

/** Messages of one reaction on the bus of which one leads to the other: they may come in any order. */
export const busOrder: Check = ({ graph, edges }) => {
  const onBus = new Set(graph.services.flatMap(({ name, source }) => (source === 'bus' ? [name] : [])));
  const commands = new Set(graph.messages.flatMap(({ type, kind }) => (kind === 'command' ? [type] : [])));
  return graph.reactions.flatMap((reaction): FindingDraft[] => {
    if (!onBus.has(reaction.service)) return [];
    const { on, compensation } = reaction;
    const before = on.filter((first) => {
      if (commands.has(first)) return false; // it does not come by the bus, and what follows is published once it is done
      const later = reachable(edges, first);
      return [...on, ...(compensation?.on ?? [])].some((other) => other !== first && later.has(other));
    });
    const after = [...on, ...(compensation?.on ?? [])].filter((type) => !before.includes(type));
    if (before.length === 0 || after.length === 0) return []; // on a cycle, which is reported
    return [
      {
        code: 'ORDER_NOT_KEPT',
        path: `${reaction.id}.on`,
        message: `${called(reaction)} takes its messages from the bus, which keeps no order: ${listed(after)} may arrive before ${listed(before)}.`,
        fix: compensation
          ? 'Nothing: an undo that arrives first cancels the step.'
          : 'Throw while what it needs is not known yet, so that the message is retried, or let the service read the stream.',
      },
    ];
  });
};
