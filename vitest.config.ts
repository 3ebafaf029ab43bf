import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // nothing is mocked and nothing is global, so files can share a process
    isolate: false,
    // one real password hash takes up to a quarter of a second, and both engines share two cores
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
