import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Plugin, RolldownOptions } from 'rolldown'
import manifest from './package.json' with { type: 'json' }

const PAGE = `${import.meta.dirname}/src/browse/page`

/** The twins for browsers that package.json names, in the source. */
const twins = Object.entries(manifest.imports).map(([name, { browser }]): [string, string] => [
  name,
  `${import.meta.dirname}/${browser.replace('./dist/', 'src/').replace(/\.js$/, '.ts')}`,
])

/** The share browser: what lies in src/browse/page, bundled into one module of texts in the place of `assets.ts`. */
const shareBrowser = {
  input: { main: `${PAGE}/main.ts`, 'files-worker': `${PAGE}/files-worker.ts` },
  platform: 'browser',
  // Loaded for rows as Arrow, which the page never asks for.
  external: ['apache-arrow'],
  resolve: { alias: Object.fromEntries(twins) },
  output: {
    dir: 'dist/browse',
    format: 'es',
    minify: true,
    entryFileNames: '[name]-[hash].js',
    chunkFileNames: '[name]-[hash].js',
  },
  plugins: [assetsModule()],
} satisfies RolldownOptions

export default shareBrowser

interface File {
  readonly type: string
  readonly text: string
}

function assetsModule(): Plugin {
  return {
    name: 'assets-module',
    generateBundle(_, bundle) {
      const files: Record<string, File> = {}
      const places: Record<string, string> = {}
      for (const [fileName, chunk] of Object.entries(bundle)) {
        if (chunk.type !== 'chunk') continue
        files[fileName] = { type: 'text/javascript; charset=utf-8', text: chunk.code }
        if (chunk.isEntry) places[chunk.name] = fileName
        delete bundle[fileName]
      }
      for (const [name, source, type] of [
        ['style', 'style.css', 'text/css; charset=utf-8'],
        ['icon', 'icon.svg', 'image/svg+xml'],
      ] as const) {
        const text = readFileSync(`${PAGE}/${source}`, 'utf8')
        const hash = createHash('sha256').update(text).digest('base64url').slice(0, 8)
        const fileName = source.replace('.', `-${hash}.`)
        files[fileName] = { type, text }
        places[name] = fileName
      }
      const page = readFileSync(`${PAGE}/index.html`, 'utf8').replaceAll(/\{\{(.+?)\}\}/g, (mark, name: string) => {
        const place = places[name]
        if (place === undefined) throw new Error(`nothing was built for ${mark} in index.html`)
        return place
      })
      const source = `export const page = ${JSON.stringify(page)}\nexport const files = ${JSON.stringify(files, null, 1)}\n`
      this.emitFile({ type: 'asset', fileName: 'assets.js', source })
    },
  }
}
