import { type Html, html, htmlPage } from '../html.ts'
import type { Answer } from '../http.ts'
import type { Operation } from './operations.ts'

const STYLE = `
:root { color-scheme: light dark; --quiet: light-dark(#59636e, #9aa4af); --line: light-dark(#d1d9e0, #30363d); --card: light-dark(#f6f8fa, #161b22) }
body { margin: 0; padding: 3rem 1.25rem; font: 1rem/1.6 system-ui, sans-serif; color: light-dark(#1b1f24, #e6edf3); background: light-dark(#fff, #0d1117) }
main { max-width: 56rem; margin: 0 auto }
section { border-top: 1px solid var(--line); padding: 1rem 0 }
h1 { font-size: 1.75rem; margin: 0 0 .5rem }
h2 { font: 600 1rem/1.5 ui-monospace, Menlo, Consolas, monospace; margin: 0; overflow-wrap: anywhere }
p, dl { margin: .25rem 0 }
dt { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .875rem }
dd { margin: 0 0 .25rem 1.5rem }
summary { cursor: pointer; padding: .5rem 0; font-family: ui-monospace, Menlo, Consolas, monospace }
pre { overflow-x: auto; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); font-size: .8125rem }
.quiet { color: var(--quiet); font-size: .875rem }
`

/** The description of the API for people: one page, without scripts and without anything from elsewhere. */
export function openApiPage(operations: readonly Operation[], schemas: Readonly<Record<string, object>>): Answer {
  return htmlPage({
    title: 'Delta Sharing API',
    style: STYLE,
    status: 200,
    headers: { 'cache-control': 'no-cache', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' },
    body: html`<main>
<h1>Delta Sharing API</h1>
<p>For machines: <a href="openapi.json">openapi.json</a>. Requests carry <code>Authorization: Bearer</code> with the token of the profile file, unless said.</p>
${operations.map(sectionOf)}
<section><h2>Shapes</h2>
${Object.entries(schemas).map(
  ([name, schema]) =>
    html`<details id="${name}"><summary>${name}</summary><pre tabindex="0">${JSON.stringify(schema, null, 2)}</pre></details>`,
)}
</section>
</main>`,
  })
}

function sectionOf({ method, path, summary, open, query, headers, body, answer }: Operation): Html {
  return html`<section><h2>${method.toUpperCase()} ${path}</h2>
<p>${summary}</p>
<dl>${termsOf('query', query)}${termsOf('header', headers)}</dl>
<p class="quiet">${body === undefined ? '' : html`Body: ${linkTo(body)}. `}${answer.type ?? ''} ${(answer.shapes ?? []).map(linkTo)} ${answer.about}${open ? ' No token is needed.' : ''}</p>
</section>`
}

function termsOf(place: string, terms: Readonly<Record<string, string>> = {}): readonly Html[] {
  return Object.entries(terms).map(
    ([name, about]) => html`<dt>${name} <span class="quiet">${place}</span></dt><dd>${about}</dd>`,
  )
}

function linkTo(shape: string): Html {
  return html`<a href="#${shape}">${shape}</a>`
}
