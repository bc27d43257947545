import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** What needs an emulator: run by `npm run test:localstack`, which starts one. */
export default defineConfig({
  ...base,
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
