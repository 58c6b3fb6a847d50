import { configDefaults, defineConfig } from 'vitest/config'
import manifest from './package.json' with { type: 'json' }

/** The package's own doors, opened in the source: the README's examples import them as a user would. */
const doors = Object.entries(manifest.exports).flatMap(([door, built]) =>
  typeof built === 'string'
    ? []
    : [{ find: new RegExp(`^deltaquill${door.slice(1)}$`), replacement: sourceOf(built.default) }],
)

function sourceOf(built: string): string {
  return `${import.meta.dirname}/${built.replace('./dist/', 'src/').replace(/\.js$/, '.ts')}`
}

/** `npm test`: everything that needs nothing but Node. */
export default defineConfig({
  resolve: { conditions: ['deltaquill-source'], alias: doors },
  ssr: { resolve: { conditions: ['deltaquill-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      'test/browser/**',
      'test/s3/**',
      'test/interop/**',
      'test/live/**',
      'test/package/**',
    ],
    // Test files share a few processes and the modules in them: starting one for each file took most of the time.
    isolate: false,
    // One for each core; left to itself, vitest keeps a core free and works with half of two.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // On Node 20 every process that loads the SDK would say that its versions of 2027 will not run there.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
})
