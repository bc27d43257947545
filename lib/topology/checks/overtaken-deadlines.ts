import { type Check, type CheckInput, distinct, type FindingDraft } from '../check-input.ts';
import { wayTo } from '../event-edges.ts';
import type { ReactionNode } from '../graph.ts';
import { called, listed } from '../wording.ts';

/** What else may end a saga for the service of a deadline: it emits, and nothing of that comes back to the service. */
function otherEnds({ graph, edges }: CheckInput, deadline: ReactionNode): readonly ReactionNode[] {
  const own = graph.reactions.filter(({ id, service, emits }) => id !== deadline.id && service === deadline.service && emits.length > 0);
  return own.filter(({ id, on, emits, compensation }) => {
    if (compensation || on.some((type) => deadline.on.includes(type))) return false;
    const goals = new Set(own.flatMap((other) => (other.id === id ? [] : other.on)));
    return !emits.some((type) => goals.has(type) || wayTo(edges, type, goals));
  });
}

/** Deadlines that say so with a failure: that writes nothing, so the saga stays open until the failure arrives. */
export const overtakenDeadlines: Check = (input) => {
  const { reactions } = input.graph;
  const undoing = new Set(reactions.flatMap(({ compensation }) => compensation?.on ?? []));
  return distinct(
    reactions.flatMap((deadline): FindingDraft[] => {
      const { id, name, service, on, fails, compensation } = deadline;
      const byTimer = reactions.some((one) => one.service === service && one.schedules.some((type) => on.includes(type)));
      const ends = byTimer && !compensation ? otherEnds(input, deadline) : [];
      if (ends.length === 0) return [];
      return fails
        .filter((type) => undoing.has(type))
        .map((type) => ({
          code: 'DEADLINE_OVERTAKEN',
          path: `${id}.fails.${type}`,
          message: `${called(deadline)} fails with ${type}, and so writes nothing: until ${type} arrives, ${listed(ends.map(called))} still finds the saga open and ends it, and then it is undone anyway.`,
          fix: `Have \`${name}\` take the saga out of its open state with tx.put, and move ${type} to \`emits\`: both are one commit.`,
        }));
    }),
  );
};
