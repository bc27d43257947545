import type { ConsumerLag, Count } from './lag.ts';

/** What stands where nobody keeps account of a figure. */
export const UNKNOWN = '?';

/** `3`, or `1000+` where counting stopped. */
export function countText({ count, more }: Count): string {
  return `${count}${more ? '+' : ''}`;
}

/** Records that a consumer has not got: `12`, `12+` if there may be more, or `?`. */
export function behindText({ messages, shards, unknownShards }: ConsumerLag): string {
  if (messages === undefined) return UNKNOWN;
  return `${messages}${shards.some((shard) => shard.more) || unknownShards.length > 0 ? '+' : ''}`;
}
