/** The tests that may kill a mutant: the shared vectors, and nothing else. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/vectors/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 60_000,
  },
})
