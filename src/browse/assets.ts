import type { ShareBrowser } from '../server/index.ts'

/** Nothing, in a checkout: `rolldown.config.ts` bundles what lies in `page/` and puts it in the place of this file in `dist/`. */
export const page: ShareBrowser['page'] | undefined = undefined
export const files: ShareBrowser['files'] = {}
