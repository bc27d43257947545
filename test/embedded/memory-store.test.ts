import { describe, test } from 'vitest';
import { createMemoryStore } from '../../lib/embedded/memory-store.ts';
import { storeConformance } from '../../lib/testing/conformance/store.ts';

const NOW = 1_767_225_600_000;

describe('the memory store keeps what the port says', () => {
  for (const { name, run } of storeConformance) {
    test(name, () =>
      run(async () => {
        const clock = { now: () => NOW };
        return { store: createMemoryStore({ clock }), clock };
      }),
    );
  }
});
