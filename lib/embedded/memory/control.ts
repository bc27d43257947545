import type { ConsumerState, Control } from '../../runtime/ports/control.ts';
import { frozenCopy } from './frozen-copy.ts';

/** A consumer that nobody has decided anything about. */
const RUNNING: ConsumerState = Object.freeze({ paused: false });

/** The control table in memory, and all that was decided so far. */
export interface MemoryControl extends Control {
  /** By consumer. */
  states(): ReadonlyMap<string, ConsumerState>;
}

/** A control table in memory; a consumer runs until it is set otherwise. */
export function createMemoryControl(): MemoryControl {
  const states = new Map<string, ConsumerState>();
  return {
    consumer: async (name) => states.get(name) ?? RUNNING,
    setConsumer: async (name, state) => {
      states.set(name, frozenCopy(state).value);
    },
    states: () => new Map(states),
  };
}
