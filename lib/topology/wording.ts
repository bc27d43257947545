import type { ReactionNode } from './graph.ts';

/** How a finding names a reaction: as the code does, with its service. */
export function called({ name, service }: Pick<ReactionNode, 'name' | 'service'>): string {
  return `\`${name}\` in \`${service}\``;
}

/** That a step stays done after a failure; `until`: what undoes it in the end. */
export function staysDone(reaction: Pick<ReactionNode, 'name' | 'service'>, after: string, until?: string): string {
  const how = until === undefined ? 'stays done' : `stays done until ${until} comes`;
  return `After ${after}, ${called(reaction)} ${how}: nothing there listens to ${after}.`;
}

/** `A`, `A and B`, `A, B and C`; over the limit the rest is counted. */
export function listed(names: readonly string[], limit = 5): string {
  const unique = [...new Set(names)];
  const shown = unique.length > limit ? [...unique.slice(0, limit), `${unique.length - limit} more`] : unique;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
