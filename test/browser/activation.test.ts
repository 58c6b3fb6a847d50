import { text } from 'node:stream/consumers'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findRecipient } from '../../src/manifest/index.ts'
import { parseProfile } from '../../src/wire/index.ts'
import { connect, visit } from './visit.ts'
import { openWorld, type World } from './world.ts'

let browser: Browser
let world: World

beforeAll(async () => {
  ;[browser, world] = await Promise.all([connect(), openWorld()])
})
afterAll(async () => {
  await world.close()
  await browser.close()
})

describe('an activation link', () => {
  test('downloads the profile once, at the press of a button; whoever comes next reads that it was used', async () => {
    const { activationUrl } = await world.invite('once')
    const first = await visit(browser, activationUrl)
    await first.page.reload()
    const [download] = await Promise.all([
      first.page.waitForEvent('download'),
      first.page.getByRole('button', { name: 'Download config.share' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('config.share')
    const profile = parseProfile(await text(await download.createReadStream()))
    expect(profile.endpoint).toBe(world.endpoint)
    expect(await first.page.content()).not.toContain(profile.bearerToken)

    const second = await visit(browser, activationUrl)
    await second.page.getByRole('heading', { level: 1, name: 'This link was used' }).waitFor()
    expect(await second.page.getByRole('button').count()).toBe(0)
    expect((await findRecipient(world.root, 'once'))?.tokens).toHaveLength(1)

    await first.page.getByRole('button').click()
    await first.page.getByRole('heading', { level: 1, name: 'This link was used' }).waitFor()
    for (const { complaints, origins, stored } of [first, second]) {
      // A browser notes the status of a page that says that its link is spent.
      expect(complaints.filter((text) => !text.includes('404'))).toEqual([])
      expect([...origins]).toEqual([world.origin])
      expect(await stored()).toBe(0)
    }
    await Promise.all([first.end(), second.end()])
  })

  test('works without scripts and by keyboard alone', async () => {
    const { activationUrl } = await world.invite('keys')
    const { page, end } = await visit(browser, activationUrl, { javaScriptEnabled: false })
    await page.keyboard.press('Tab')
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
    expect(await text(await download.createReadStream())).toContain('bearerToken')
    await end()
  })

  test('shows the snippets for its own tables, with the file in place of the token', async () => {
    const { activationUrl } = await world.invite('snippets', ['sales'])
    const { page, end } = await visit(browser, activationUrl)
    expect(await page.getByLabel('Snippet for pandas').textContent()).toContain('config.share#sales.shop.orders')
    expect(await page.getByLabel('Snippet for Power BI').textContent()).toBe(world.endpoint)
    await page.getByRole('link', { name: 'share browser' }).click()
    expect(page.url()).toBe(`${world.origin}/browse`)
    await end()
  })

  test.each(['light', 'dark'] as const)(
    'can be read by everybody, on a %s and a narrow screen',
    async (colorScheme) => {
      const { activationUrl } = await world.invite(`read-${colorScheme}`)
      const viewport = { width: 360, height: 740 }
      const { page, faults, overflow, end } = await visit(browser, activationUrl, { colorScheme, viewport })
      expect(await faults()).toEqual([])
      expect(await overflow()).toBe(0)
      await page.goto(activationUrl.slice(0, -3))
      await page.getByRole('heading', { level: 1, name: 'This link does not work' }).waitFor()
      expect(await faults()).toEqual([])
      await end()
    },
  )
})
