import { describe, expect, test } from 'vitest';
import { createMemoryControl } from '../../../lib/embedded/memory/control.ts';
import type { ConsumerState, Control } from '../../../lib/runtime/ports/control.ts';
import { controlConformance } from '../../../lib/testing/conformance/control.ts';
import { failingCases } from './failing-cases.ts';

type Breaker = (control: Control) => Partial<Control>;

const breakers: readonly [what: string, breaker: Breaker, caught: string][] = [
  [
    'starts paused',
    ({ consumer }) => ({ consumer: async (name) => (Object.hasOwn(await consumer(name), 'reason') ? consumer(name) : { paused: true }) }),
    'nobody set is running',
  ],
  [
    'forgets the reason',
    ({ setConsumer }) => ({ setConsumer: (name, { paused }) => setConsumer(name, { paused }) }),
    'read back with its reason',
  ],
  [
    'keeps the old reason',
    ({ consumer, setConsumer }) => ({ setConsumer: async (name, state) => setConsumer(name, { ...(await consumer(name)), ...state }) }),
    'the last state counts',
  ],
  [
    'mixes up names',
    ({ setConsumer, consumer }) => ({
      setConsumer: (name, state) => setConsumer(name.toLowerCase(), state),
      consumer: (name) => consumer(name.toLowerCase()),
    }),
    'its own state',
  ],
  [
    'keeps the object that it is given',
    () => {
      const states = new Map<string, ConsumerState>();
      return {
        consumer: async (name) => states.get(name) ?? { paused: false },
        setConsumer: async (name, state) => void states.set(name, state),
      };
    },
    'does not change what is set',
  ],
];

describe('the control suite finds a table that', () => {
  for (const [what, breaker, caught] of breakers) {
    test(what, async () => {
      const make = async () => {
        const control = createMemoryControl();
        return { control: { ...control, ...breaker(control) } };
      };
      expect((await failingCases(controlConformance, make)).join('\n')).toContain(caught);
    });
  }
});
