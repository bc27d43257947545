import type { CommandRate } from '../contract/service.ts';
import type { Clock } from './ports/clock.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Lets a command in. Returns 0, or the milliseconds after which one may come: it is then refused, and nothing is done. */
export type CommandLimit = () => number;

/** A token bucket per instance, asked before anything is read or written: what is too much costs next to nothing. */
export function createCommandLimit(rate: CommandRate | undefined, clock: Clock): CommandLimit {
  if (!rate) return () => 0;
  const { commandsPerSecond, burst = Math.max(1, commandsPerSecond) } = rate;
  const bucket = createTokenBucket(commandsPerSecond, burst, clock);
  return () => {
    const wait = bucket.waitMilliseconds();
    if (wait === 0) bucket.take(1);
    return wait;
  };
}
