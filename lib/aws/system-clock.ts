import { randomUUID } from 'node:crypto';
import type { Clock, Entropy } from '../runtime/ports/clock.ts';

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** The chance of the machine; ids are random UUIDs. */
export const systemEntropy: Entropy = {
  random: () => Math.random(),
  uniqueId: () => randomUUID(),
};
