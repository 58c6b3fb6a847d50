import type { ShareBrowser } from '../server/index.ts'
import { files, page } from './assets.ts'

/**
 * The share browser: a page on which a recipient drops the profile file and sees shares, tables, columns and rows, read
 * in the browser. Hand it to a server, which answers it at `/browse`: `serve({ …, browse: shareBrowser })`. In a checkout
 * that was not built it is `undefined`.
 */
export const shareBrowser: ShareBrowser | undefined = page === undefined ? undefined : { page, files }

/** Where a server with this endpoint answers the share browser, if there is one to answer. */
export function browserUrl(endpoint: string): string | undefined {
  return shareBrowser && new URL('browse', endpoint).href
}
