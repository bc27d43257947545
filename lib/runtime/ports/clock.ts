/** Time, so that a simulation can own it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Chance and ids, so that a simulation can own them. */
export interface Entropy {
  /** At least 0, below 1. */
  random(): number;
  /** An id that no other process makes: commit ids. */
  uniqueId(): string;
}
