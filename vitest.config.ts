import { defineConfig } from 'vitest/config';

// `source` lets tests and the sample import the package by its own name without a build.
const conditions = ['source', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts', 'functions/**/*.test.ts', 'starter/functions/**/*.test.ts'],
    testTimeout: 60_000, // a net for slow machines; no test measures time
    exclude: ['test/adopt/**', 'test/e2e/**', '**/node_modules/**'],
  },
});
