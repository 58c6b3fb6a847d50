import { defineConfig } from 'vitest/config'
import unit from '../../vitest.config.ts'

/** `npm run test:live`: a connector on a real Databricks workspace, which somebody must name. */
export default defineConfig({
  ...unit,
  test: {
    include: ['test/live/**/*.test.ts'],
    globalSetup: 'test/live/global-setup.ts',
    // Whoever is slow here is far away.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
