import { defineConfig } from 'vitest/config'

/** `npm run test:s3`: the store and what stands on it, against a real MinIO. */
export default defineConfig({
  resolve: { conditions: ['deltaquill-source'] },
  ssr: { resolve: { conditions: ['deltaquill-source'] } },
  test: {
    include: ['test/s3/**/*.test.ts'],
    globalSetup: ['test/s3/global-setup.ts'],
    // Seconds on an idle machine; they say "stuck", never "slow".
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
