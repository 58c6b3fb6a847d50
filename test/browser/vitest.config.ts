import { defineConfig } from 'vitest/config'

/** `npm run test:browser`: the pages for people, in a real Chromium. */
export default defineConfig({
  resolve: { conditions: ['deltaquill-source'] },
  ssr: { resolve: { conditions: ['deltaquill-source'] } },
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/browser/global-setup.ts'],
    // Seconds on an idle machine; they say "stuck", never "slow".
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
