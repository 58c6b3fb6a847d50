import { sha256 } from '#hash'
import { type Answer, answerOf } from './http.ts'

/** A piece of HTML in which every text from outside was escaped. */
export interface Html {
  readonly markup: string
}

type Part = Html | string | number | readonly Html[] | undefined

/** HTML from a template: what is put into it is text and is escaped, unless it is HTML itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: strings.reduce((markup, string, i) => markup + markupOf(parts[i - 1]) + string) }
}

function markupOf(part: Part): string {
  if (part === undefined) return ''
  if (typeof part !== 'object') return escaped(String(part))
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('\n')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** A whole page. It asks nobody for anything: its one style sheet is in it, and its policy allows that and a form. */
export function htmlPage({
  title,
  style,
  body,
  status,
  headers,
}: {
  readonly title: string
  readonly style: string
  readonly body: Html
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}): Answer {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
${body}
</body>
</html>
`
  const hash = btoa(String.fromCharCode(...sha256(style)))
  return answerOf(page.markup, {
    status,
    headers: {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    },
  })
}
