import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'

/** The one Chromium of the run. */
export function connect(): Promise<Browser> {
  return chromium.connect(inject('chromium'))
}

/** One person's look at our pages, with everything written down that should not happen. */
export interface Visit {
  readonly page: Page
  /** Errors and warnings on the console, uncaught errors, and violations of the page's policy. */
  readonly complaints: string[]
  /** Origins that were asked for anything, and those that were shown a token. */
  readonly origins: ReadonlySet<string>
  readonly trusted: ReadonlySet<string>
  /** What would stop people from using what is shown now. */
  faults(): Promise<string[]>
  /** How much the page is wider than the screen. */
  overflow(): Promise<number>
  /** The cells of the table with a label, row by row, as soon as it is there. */
  cells(label: string): Promise<string[][]>
  /** How much the tab has stored, in all places. */
  stored(): Promise<number>
  drop(text: string, name: string): Promise<void>
  end(): Promise<void>
}

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ acceptDownloads: true, ...options })
  // Shorter than a test's, so that a failure names what was waited for.
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const complaints: string[] = []
  const origins = new Set<string>()
  const trusted = new Set<string>()
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (!protocol.startsWith('http')) return
    origins.add(origin)
    if ('authorization' in request.headers()) trusted.add(origin)
  })
  await page.addInitScript({ content: `${inject('inPage')}\nglobalThis.inPage = inPage` })
  await page.goto(url)

  const run = <T>(name: string, ...given: string[]): Promise<T> =>
    page.evaluate<T>(`inPage.${name}(${given.map((text) => JSON.stringify(text)).join()})`)
  return {
    page,
    complaints,
    origins,
    trusted,
    faults: () => run('faults'),
    overflow: () => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
    async cells(label) {
      await page.getByRole('region', { name: label }).waitFor()
      return run('cells', label)
    },
    async stored() {
      const places = Object.values(await run<Record<string, number>>('stored'))
      return (await context.cookies()).length + places.reduce((sum, count) => sum + count, 0)
    },
    drop: (text, name) => run('drop', text, name),
    end: () => context.close(),
  }
}

/** Chooses a profile file by the page's own file field. */
export async function openProfileFile(page: Page, text: string): Promise<void> {
  const file = { name: 'config.share', mimeType: 'application/octet-stream', buffer: Buffer.from(text) }
  await page.getByLabel('Choose a profile file').setInputFiles(file)
}
