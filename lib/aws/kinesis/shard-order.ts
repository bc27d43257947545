import type { StreamShard } from '../../runtime/ports/stream-reader.ts';

/**
 * The same shards, parents before children, else in the order given. Parents that are not among them are left out of the
 * lineage: their records are gone, and nobody may wait for them.
 */
export function orderShards(shards: readonly StreamShard[]): readonly StreamShard[] {
  const byId = new Map(shards.map((shard) => [shard.id, { ...shard, parents: [] as string[] }]));
  for (const { id, parents } of shards) byId.get(id)?.parents.push(...parents.filter((parent) => byId.has(parent)));
  const ordered = new Map<string, StreamShard>();
  // A stack of its own: lineage may be as long as a stream is old.
  const stack = [...byId.keys()].reverse();
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const shard = byId.get(id);
    if (shard === undefined || ordered.has(id)) continue;
    const first = shard.parents.filter((parent) => !ordered.has(parent));
    if (first.length === 0) {
      ordered.set(id, shard);
      continue;
    }
    stack.push(id, ...first.reverse());
  }
  return [...ordered.values()];
}
