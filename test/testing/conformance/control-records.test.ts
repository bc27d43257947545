import { describe, test } from 'vitest';
import { createMemoryControlRecords } from '../../../lib/embedded/memory/control-records.ts';
import { controlRecordsConformance } from '../../../lib/testing/conformance/control-records.ts';

describe('documents of operators in memory', () => {
  for (const { name, run } of controlRecordsConformance) {
    test(name, () =>
      run(async () => {
        const clock = { now: () => 1_767_225_600_000 };
        return { records: createMemoryControlRecords({ clock }), clock };
      }),
    );
  }
});
