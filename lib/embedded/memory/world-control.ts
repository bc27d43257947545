import type { Control } from '../../runtime/ports/control.ts';
import { createMemoryControl } from './control.ts';

/** The control table, with what the mappings of the world need at once. */
export interface WorldControl extends Control {
  isPaused(consumer: string): boolean;
  /** Calls `listener` whenever this consumer goes on. */
  onResume(consumer: string, listener: () => void): void;
}

/** Nobody is paused yet. */
export function createWorldControl(): WorldControl {
  const control = createMemoryControl();
  const paused = new Set<string>();
  const listeners: { readonly consumer: string; readonly listener: () => void }[] = [];
  return {
    consumer: control.consumer,
    async setConsumer(name, state) {
      await control.setConsumer(name, state);
      if (state.paused) paused.add(name);
      else if (paused.delete(name)) for (const { consumer, listener } of listeners) if (consumer === name) listener();
    },
    isPaused: (consumer) => paused.has(consumer),
    onResume: (consumer, listener) => void listeners.push({ consumer, listener }),
  };
}
