import { defineConfig } from 'vitest/config'
import unit from '../../vitest.config.ts'

/** `npm run test:interop`: our tables and shares in the hands of other implementations, and theirs in ours. */
export default defineConfig({
  ...unit,
  test: {
    include: ['test/interop/**/*.test.ts'],
    globalSetup: 'test/interop/peers.ts',
    // The peers are processes of their own, for which a file waits most of its time.
    maxWorkers: 2,
    // The one Spark session answers one call at a time; the first of a run waits for it to start.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
})
