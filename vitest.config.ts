import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** What processes that tests start have compiled already: a daemon comes up in half the time. */
const COMPILED = fileURLToPath(new URL('./node_modules/.cache/folkmoot-compiled', import.meta.url))

export default defineConfig({
  test: {
    // Two workers: the suite also starts daemons, and runs on small machines.
    maxWorkers: 2,
    env: { NODE_COMPILE_CACHE: COMPILED },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What passing tests log is noise; what a failing one logs is printed with it.
    silent: 'passed-only',
    slowTestThreshold: 5_000,
    projects: [
      {
        extends: true,
        // A fresh worker for each of these small files would cost more than their tests.
        test: {
          name: 'beside their modules',
          include: ['src/**/*.test.ts', 'node/**/*.test.ts', 'sim/**/*.test.ts'],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'] } },
    ],
  },
})
