import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type BrowserServer, chromium } from 'playwright-core'
import { type InputOptions, type OutputOptions, rolldown } from 'rolldown'
import type { TestProject } from 'vitest/node'
import shareBrowser from '../../rolldown.config.ts'

const MISSING =
  'no Chromium to test the pages in: put chromium on the PATH (apt-get install chromium), or name one in DELTAQUILL_TEST_CHROMIUM'
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the one Chromium of the run listens. */
    chromium: string
    /** The text of the module that stands in dist/ for `src/browse/assets.ts`. */
    assets: string
    /** The script by which tests look around in a page. */
    inPage: string
  }
}

let browser: BrowserServer | undefined

/** Bundles the share browser and starts one Chromium for all test files. Without one nothing would be tested: never quiet. */
export async function setup(project: TestProject): Promise<void> {
  const executablePath = findChromium()
  if (executablePath === undefined) {
    if (process.env.CI) throw new Error(MISSING)
    console.error(`\n${'!'.repeat(80)}\n${MISSING}\n${'!'.repeat(80)}\n`)
    process.exit(0)
  }
  // Its sandbox wants privileges that containers lack; it opens our own pages only.
  browser = await chromium.launchServer({ executablePath, args: ['--no-sandbox'] })
  console.error(`testing in ${executablePath}`)
  project.provide('chromium', browser.wsEndpoint())
  const { output, ...input } = shareBrowser
  project.provide('assets', await bundled(input, output))
  const inPage = { format: 'iife', name: 'inPage' } as const
  project.provide('inPage', await bundled({ input: `${import.meta.dirname}/in-page/index.ts` }, inPage))
}

export async function teardown(): Promise<void> {
  await browser?.close()
}

function findChromium(): string | undefined {
  const { DELTAQUILL_TEST_CHROMIUM: named, PATH = '' } = process.env
  if (named) return named
  const folders = PATH.split(delimiter).filter((folder) => folder !== '')
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path))
}

/** The one file that a bundle is made into. */
async function bundled(input: InputOptions, output: OutputOptions): Promise<string> {
  const build = await rolldown(input)
  const { output: made } = await build.generate(output)
  await build.close()
  const [file, ...others] = Object.values(made)
  if (file === undefined || others.length > 0) throw new Error(`expected one file, the bundle has ${made.length}`)
  return file.type === 'chunk' ? file.code : String(file.source)
}
