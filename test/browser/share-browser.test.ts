import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeRecipient } from '../../src/manifest/index.ts'
import { parseProfile } from '../../src/wire/index.ts'
import { connect, openProfileFile, type Visit, visit } from './visit.ts'
import { ORDERS, openWorld, type World } from './world.ts'

let browser: Browser
let world: World
let profile: string

beforeAll(async () => {
  ;[browser, world] = await Promise.all([connect(), openWorld()])
  profile = await world.profile('acme')
})
afterAll(async () => {
  await world.close()
  await browser.close()
})

/** The page with a profile opened, at one of its tables if one is named. */
async function opened(table = '', options: Parameters<typeof visit>[2] = {}, text = profile): Promise<Visit> {
  const visited = await visit(browser, `${world.origin}/browse${table && `#${table}`}`, options)
  await openProfileFile(visited.page, text)
  return visited
}

async function problem(page: Page): Promise<string> {
  return (await page.getByRole('alert').textContent()) ?? ''
}

describe('the share browser', () => {
  test('takes a profile that is dropped on it, and lists shares and tables', async () => {
    const { page, complaints, drop, end } = await visit(browser, `${world.origin}/browse`)
    await drop(profile, 'config.share')
    const nav = page.getByRole('navigation', { name: 'Shared tables' })
    await nav.waitFor()
    expect(await nav.getByRole('heading').allTextContents()).toEqual(['remote', 'sales'])
    expect(await nav.getByRole('link').allTextContents()).toEqual([
      'shop.closed',
      'shop.open',
      'shop.empty',
      'shop.newest',
      'shop.orders',
    ])
    expect(await page.getByRole('status').textContent()).toBe('Opened: 5 tables in 2 shares')
    expect(complaints).toEqual([])
    await end()
  })

  test('shows the columns with what lies inside of them and what their comments say', async () => {
    const { cells, end } = await opened('sales.shop.orders')
    expect(await cells('Columns')).toEqual([
      ['id', 'long required', 'order number'],
      ['country partition', 'string', ''],
      ['price', 'decimal(10,2)', 'in euros, with VAT'],
      ['note', 'string', ''],
      ['address', 'struct', ''],
      ['address, street', 'string', 'with the house number'],
      ['address, tags', 'array of string', ''],
    ])
    await end()
  })

  test('shows the rows that the table has', async () => {
    const { cells, end } = await opened('sales.shop.orders')
    const rows = await cells('All 12 rows')
    const expected = ORDERS.map(({ id, country, price, note, address }) =>
      [id, country, price, note, JSON.stringify(address)].map((value) => String(value)),
    )
    expect(rows.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(expected)
    await end()
  })

  test('tells version, age, size and files', async () => {
    const { page, end } = await opened('sales.shop.orders')
    const facts = page.locator('.facts')
    await facts.waitFor()
    const text = (await facts.textContent()) ?? ''
    expect(text).toMatch(/Updated\s*(just now|\d+ minutes? ago)\s*\d+ \w+ \d{4} at [\d:]+ UTC/)
    await facts.getByText('Rows').waitFor()
    expect(await facts.textContent()).toMatch(/Rows\s*12/)
    expect(text).toMatch(/Version\s*3/)
    expect(text).toMatch(/Files\s*5/)
    expect(text).toMatch(/Size\s*[\d.]+ kB/)
    await end()
  })

  test('draws rows over versions where the history is shared, with the numbers as a table', async () => {
    const { page, cells, end } = await opened('sales.shop.orders')
    await page
      .getByRole('img', { name: 'Rows over versions. From 0 rows in version 0 to 12 rows in version 3.' })
      .waitFor()
    await page.getByText('The same as a table').click()
    const counts = await cells('Rows by version')
    expect(counts.map((row) => row.slice(0, 2))).toEqual([
      ['0', '0'],
      ['1', '3'],
      ['2', '10'],
      ['3', '12'],
    ])
    await end()
  })

  test('draws nothing where it is not', async () => {
    const { page, end } = await opened('sales.shop.newest')
    await page.getByRole('region', { name: 'All 12 rows' }).waitFor()
    await page.waitForLoadState('networkidle')
    expect(await page.getByRole('heading', { name: 'History' }).count()).toBe(0)
    await end()
  })

  test('says that a table without rows has none', async () => {
    const { page, end } = await opened('sales.shop.empty')
    await page.getByText('The table has no rows.').waitFor()
    await end()
  })

  test('gives snippets for the table, without the token', async () => {
    const { page, end } = await opened('sales.shop.orders', { permissions: ['clipboard-read', 'clipboard-write'] })
    const { bearerToken } = parseProfile(profile)
    await page.getByRole('button', { name: 'Copy pandas snippet' }).click()
    await page.getByText('Copied', { exact: true }).waitFor()
    const copied = await page.evaluate('navigator.clipboard.readText()')
    expect(copied).toContain('load_as_pandas("config.share#sales.shop.orders")')
    expect(await page.content()).not.toContain(bearerToken)
    for (const tool of ['Spark', 'DuckDB', 'Power BI']) await page.getByText(tool, { exact: true }).waitFor()
    await end()
  })

  test('reads files of another origin that allows it, and sends the token to its own server only', async () => {
    const { complaints, origins, trusted, cells, end } = await opened('remote.shop.open')
    expect(await cells('All 12 rows')).toHaveLength(12)
    expect([...origins].sort()).toEqual([world.origin, world.open.origin].sort())
    expect([...trusted]).toEqual([world.origin])
    expect(complaints).toEqual([])
    await end()
  })

  test('says what the operator has to allow where another origin does not', async () => {
    const { page, cells, end } = await opened('remote.shop.closed')
    expect(await problem(page)).toContain(`${world.closed.origin} does not allow ${world.origin}`)
    const rules = await page.getByLabel('CORS rules for the bucket', { exact: true }).textContent()
    expect(JSON.parse(rules ?? '')).toEqual([
      {
        AllowedOrigins: [world.origin],
        AllowedMethods: ['GET', 'HEAD'],
        AllowedHeaders: ['range'],
        ExposeHeaders: ['Content-Range', 'Content-Length'],
        MaxAgeSeconds: 3600,
      },
    ])
    // The rest of the page does not suffer.
    expect(await cells('Columns')).toHaveLength(7)
    await end()
  })

  test('stores nothing, asks no other origin, and forgets the profile when it is closed', async () => {
    const { page, complaints, origins, stored, end } = await opened('sales.shop.orders')
    await page.getByRole('img').waitFor()
    expect(await stored()).toBe(0)
    expect([...origins]).toEqual([world.origin])
    await page.getByRole('button', { name: 'Close profile' }).click()
    await page.getByLabel('Choose a profile file').waitFor({ state: 'attached' })
    expect(page.url()).toBe(`${world.origin}/browse`)
    expect(await page.content()).not.toContain('orders')
    expect(complaints).toEqual([])
    await end()
  })
})

describe('a file that cannot be opened is explained', () => {
  const explained = async (text: string): Promise<string> => {
    const { page, complaints, end } = await opened('', {}, text)
    const says = await problem(page)
    expect(complaints.filter((complaint) => !complaint.includes('401'))).toEqual([])
    await end()
    return says
  }

  test('when it is no profile', async () => {
    expect(await explained('holiday pictures')).toContain('This is not a profile file')
    expect(await explained('{"shareCredentialsVersion": 2}')).toContain('shareCredentialsVersion 2')
  })

  test('when its time is over', async () => {
    const expired = JSON.stringify({ ...JSON.parse(profile), expirationTime: '2020-05-01T00:00:00Z' })
    expect(await explained(expired)).toContain('Its token was good until 1 May 2020')
  })

  test('when its token was revoked', async () => {
    const text = await world.profile('gone')
    await revokeRecipient(world.root, 'gone')
    expect(await explained(text)).toContain('Its token was revoked or replaced')
  })

  test('when it is for another server, which is then not asked', async () => {
    const endpoint = 'https://other.example/x/delta-sharing'
    const { page, origins, end } = await opened('', {}, JSON.stringify({ ...JSON.parse(profile), endpoint }))
    expect(await problem(page)).toContain('This profile is for another server')
    expect(await page.getByRole('alert').getByRole('link').getAttribute('href')).toBe('https://other.example/x/browse')
    expect([...origins]).toEqual([world.origin])
    await end()
  })
})

describe('everybody can use it', () => {
  test('by keyboard alone', async () => {
    const { page, end } = await visit(browser, `${world.origin}/browse`)
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
    const choosing = page.waitForEvent('filechooser')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.id')).toBe('profile')
    await page.keyboard.press('Enter')
    const chooser = await choosing
    await chooser.setFiles({ name: 'config.share', mimeType: 'application/json', buffer: Buffer.from(profile) })
    await page.getByRole('navigation').waitFor()
    await page.getByRole('link', { name: 'shop.orders' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 2, name: 'sales.shop.orders' }).waitFor()
    expect(await page.evaluate('document.activeElement.id')).toBe('table-name')
    const rows = page.getByRole('region', { name: 'All 12 rows' })
    await rows.focus()
    await page.goBack()
    await page.getByText('Choose a table').waitFor()
    await end()
  })

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('on a %s screen %i pixels wide', async (colorScheme, width) => {
    const { page, faults, overflow, end } = await visit(browser, `${world.origin}/browse#sales.shop.orders`, {
      colorScheme,
      viewport: { width, height: 800 },
    })
    const check = async (): Promise<void> => {
      expect(await faults()).toEqual([])
      expect(await overflow()).toBe(0)
    }
    await check()
    await openProfileFile(page, 'no profile')
    await page.getByRole('alert').waitFor()
    await check()
    await openProfileFile(page, profile)
    await page.getByRole('region', { name: 'All 12 rows' }).waitFor()
    await page.getByRole('img').waitFor()
    await check()
    await page.getByRole('link', { name: 'shop.closed' }).click()
    await page.getByRole('alert').waitFor()
    await check()
    await end()
  })

  test('with a profile that shares nothing yet', async () => {
    const { page, faults, end } = await opened('', {}, await world.profile('early', []))
    await page.getByRole('heading', { name: 'Nothing is shared with you yet' }).waitFor()
    expect(await faults()).toEqual([])
    await end()
  })

  test('who has scripts turned off is told what else there is', async () => {
    const { page, end } = await visit(browser, `${world.origin}/browse`, { javaScriptEnabled: false })
    expect(await page.locator('noscript .notice').isVisible()).toBe(true)
    await end()
  })
})
