import { defineConfig } from 'vitest/config';

// Modules are shared between the test files of a worker (isolation costs 190 ms a file), so no test keeps module state.
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'controllers/*/src/**/*.test.ts', 'e2e/**/*.test.ts'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', './scripts/vitest-reporter.ts'],
  },
});
