import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'node/**/*.test.ts', 'sim/**/*.test.ts', 'test/**/*.test.ts'],
    // Two workers: the suite also starts daemons, and runs on small machines.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What passing tests log is noise; what a failing one logs is printed with it.
    silent: 'passed-only',
    slowTestThreshold: 5_000,
  },
})
