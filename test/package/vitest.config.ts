import { defineConfig } from 'vitest/config'

/** `npm run test:package`: the package as it is shipped, in the hands of its users. Needs the npm registry. */
export default defineConfig({
  test: {
    include: ['test/package/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
})
