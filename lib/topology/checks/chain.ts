import { HOPS_MAX } from '../../contract/limits.ts';
import type { Check, CheckInput, FindingDraft } from '../check-input.ts';
import { strongComponents } from '../components.ts';
import type { ReactionNode } from '../graph.ts';
import { called } from '../wording.ts';

/** Reactions in a row from which a chain is hard to follow, and half way to the limit. */
export const CHAIN_WARNING_HOPS = 16;
/** Messages of a way that are shown at either end. */
const SHOWN = 5;

interface Depth {
  readonly hops: number;
  readonly from?: string;
}

/** The longest way to each message; what is on a cycle has no longest way and counts as one place. */
function depths({ edges }: CheckInput): ReadonlyMap<string, Depth> {
  const components = strongComponents([...edges.keys()], (type) => (edges.get(type) ?? []).map(({ to }) => to));
  const place = new Map(components.flatMap((component, index) => component.map((type) => [type, index] as const)));
  const longest = new Map<string, Depth>();
  for (const component of [...components].reverse()) {
    const deepest = Math.max(0, ...component.map((type) => longest.get(type)?.hops ?? 0));
    for (const type of component) if ((longest.get(type)?.hops ?? 0) < deepest) longest.set(type, { hops: deepest });
    for (const type of component) {
      for (const { to } of edges.get(type) ?? []) {
        if (place.get(to) === place.get(type) || (longest.get(to)?.hops ?? 0) > deepest) continue;
        longest.set(to, { hops: deepest + 1, from: type });
      }
    }
  }
  return longest;
}

function spelled(longest: ReadonlyMap<string, Depth>, last: string): string {
  const way = [last];
  for (let from = longest.get(last)?.from; from !== undefined; from = longest.get(from)?.from) way.unshift(from);
  return way.length > 2 * SHOWN ? [...way.slice(0, SHOWN), '…', ...way.slice(-SHOWN)].join(' → ') : way.join(' → ');
}

interface ChainEnd {
  readonly type: string;
  /** Who takes it, in the words of a path. */
  readonly path: string;
  readonly reaction: ReactionNode;
}

/** Messages that somebody takes and that lead to nothing that somebody takes, on a cycle aside: where chains end. */
function chainEnds({ graph, edges }: CheckInput, longest: ReadonlyMap<string, Depth>): readonly ChainEnd[] {
  const takers = new Map<string, ChainEnd>();
  for (const reaction of graph.reactions) {
    for (const type of reaction.on) if (!takers.has(type)) takers.set(type, { type, reaction, path: `${reaction.id}.on.${type}` });
    for (const type of reaction.compensation?.on ?? [])
      if (!takers.has(type)) takers.set(type, { type, reaction, path: `${reaction.id}.compensation.on.${type}` });
  }
  const hops = (type: string) => longest.get(type)?.hops ?? 0;
  const goesOn = ({ type }: ChainEnd) => (edges.get(type) ?? []).some(({ to }) => takers.has(to) && hops(to) > hops(type));
  return [...takers.values()].filter((end) => !goesOn(end));
}

/** Ends of chains far down: over `HOPS_MAX` they are dead letters. */
export const chainLength: Check = (input) => {
  const longest = depths(input);
  return chainEnds(input, longest).flatMap(({ type, reaction, path }): FindingDraft[] => {
    const hops = longest.get(type)?.hops ?? 0;
    if (hops <= CHAIN_WARNING_HOPS) return [];
    const tooLong = hops > HOPS_MAX;
    return [
      {
        code: tooLong ? 'CHAIN_TOO_LONG' : 'CHAIN_LONG',
        path,
        message: `${type} comes to ${called(reaction)} after ${hops} reactions in a row${tooLong ? `, more than ${HOPS_MAX}: it is a dead letter HOP_LIMIT there` : `; the limit is ${HOPS_MAX}`}: ${spelled(longest, type)}.`,
        fix: 'Let services react to an earlier event in parallel instead of one after the other, or start a new saga with a command on the way.',
      },
    ];
  });
};
