import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import base from './vitest.config.ts';

/** Files that take longest: begun last, they would be what everybody waits for. */
const LONG = ['channels-kinesis', 'fidelity', 'processes', 'shop', 'faults'];

/** Vitest goes by what it remembers of the last run, and begins with the largest file where it remembers nothing. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((name) => moduleId.endsWith(`/${name}.test.ts`));
    return [...files.filter(isLong), ...files.filter((file) => !isLong(file))];
  }
}

/** What needs an emulator: run by `npm run test:localstack`, which starts one. */
export default defineConfig({
  ...base,
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    sequence: { sequencer: LongestFirst },
  },
});
