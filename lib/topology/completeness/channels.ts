import type { ReactionNode, TopologyGraph } from '../graph.ts';

/** A message and who may take it: everybody, or the one service whose inbound it is. */
export interface Channel {
  readonly key: string;
  readonly type: string;
  readonly service?: string;
}

/** Who takes a message, and whom it undoes. */
export interface Hearers {
  readonly takers: readonly ReactionNode[];
  readonly undoers: readonly ReactionNode[];
}

/** Hearers by channel, and what answers a message from outside. */
export interface Channels {
  of(channel: Channel): Hearers;
  answersTo(type: string): readonly Channel[];
}

const nobody: Hearers = { takers: [], undoers: [] };

/** The channel of a message; with a service, of its inbound alone. */
export function channelOf(type: string, service?: string): Channel {
  return service === undefined ? { key: type, type } : { key: `${type}@${service}`, type, service };
}

/** Looks hearers up by channel. */
export function createChannels({ reactions, messages }: TopologyGraph): Channels {
  const byType = new Map<string, { takers: ReactionNode[]; undoers: ReactionNode[] }>();
  const hearers = (type: string) => {
    const known = byType.get(type) ?? { takers: [], undoers: [] };
    byType.set(type, known);
    return known;
  };
  for (const reaction of reactions) {
    for (const type of reaction.on) hearers(type).takers.push(reaction);
    for (const type of reaction.compensation?.on ?? []) hearers(type).undoers.push(reaction);
  }
  const local = new Map<string, Hearers>();
  const answers = new Map<string, Channel[]>();
  for (const { type, emittedBy, after } of messages) {
    const ways = emittedBy.flatMap(({ as, service }) =>
      as === 'inbound' ? [channelOf(type, service)] : as === 'external' ? [channelOf(type)] : [],
    );
    for (const before of after) answers.set(before, [...(answers.get(before) ?? []), ...ways]);
  }
  return {
    of({ key, type, service }) {
      if (service === undefined) return byType.get(type) ?? nobody;
      const known = local.get(key);
      if (known) return known;
      const { takers, undoers } = byType.get(type) ?? nobody;
      const isOwn = (reaction: ReactionNode) => reaction.service === service;
      const own = { takers: takers.filter(isOwn), undoers: undoers.filter(isOwn) };
      local.set(key, own);
      return own;
    },
    answersTo: (type) => answers.get(type) ?? [],
  };
}
