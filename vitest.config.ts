import { configDefaults, defineConfig } from 'vitest/config'

/** `npm test`: everything that needs nothing but Node. */
export default defineConfig({
  resolve: { conditions: ['deltaquill-source'] },
  ssr: { resolve: { conditions: ['deltaquill-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/s3/**', 'test/interop/**', 'test/package/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
