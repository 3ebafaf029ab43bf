import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts'],
    pool: 'forks',
    // one real password hash takes up to a quarter of a second, and both engines share two cores
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
