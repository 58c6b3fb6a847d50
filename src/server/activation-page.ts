/**
 * What a recipient sees who opens an activation link. Opening shows a button and changes nothing, because mail scanners
 * and link previews open links too; pressing it fetches the profile, once.
 */
export function activationPage(): Response {
  return page(
    200,
    `<h1>Your data share is ready</h1>
<p>The button downloads your profile file, <code>config.share</code>. It holds a secret token: keep it where only you can
read it. The link works once.</p>
<form method="post"><button>Download the profile file</button></form>`,
  )
}

/** The same place when the link cannot be redeemed. */
export function activationFailedPage(status: number, message: string): Response {
  return page(status, `<h1>This link does not work</h1>\n<p>${escapeHtml(message)}</p>`)
}

/** The profile, as a download. */
export function profileDownload(profile: string): Response {
  return new Response(profile, {
    headers: {
      ...PRIVATE,
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="config.share"',
    },
  })
}

/** Nothing that has to do with an activation link may be stored, passed on or found by a search engine. */
const PRIVATE = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
  'x-content-type-options': 'nosniff',
}

function page(status: number, body: string): Response {
  return new Response(
    `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Data share</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
button { font: inherit; padding: .6rem 1.2rem; border: 0; border-radius: .4rem; color: #fff; background: #0a5bd3; cursor: pointer }
</style>
${body}
</html>
`,
    {
      status,
      headers: {
        ...PRIVATE,
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      },
    },
  )
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
