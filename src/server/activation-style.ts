/** How the activation page looks, on light and on dark screens; without scripts, so that a click marks a whole snippet. */
export const ACTIVATION_STYLE = `
:root {
  color-scheme: light dark;
  --text: #1b1f24; --quiet: #59636e; --ground: #fff; --card: #f6f8fa; --line: #d1d9e0; --accent: #0a5bd3; --on-accent: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6edf3; --quiet: #9aa4af; --ground: #0d1117; --card: #161b22; --line: #30363d; --accent: #6cb0ff; --on-accent: #0a1420;
  }
}
* { box-sizing: border-box }
body { margin: 0; padding: 4rem 1.25rem; font: 1rem/1.6 system-ui, sans-serif; color: var(--text); background: var(--ground) }
main { max-width: 44rem; margin: 0 auto }
h1 { margin: 0 0 .75rem; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em }
h2 { margin: 3rem 0 .25rem; font-size: 1.125rem }
h3 { margin: 1.5rem 0 .125rem; font-size: 1rem }
p { margin: 0 0 .75rem }
.quiet { color: var(--quiet); font-size: .875rem }
ul { margin: 0; padding-left: 1.25rem }
li { margin: .375rem 0 }
a { color: var(--accent) }
form { margin: 1.5rem 0 .75rem }
button {
  padding: .625rem 1.25rem; border: 0; border-radius: .5rem; font: inherit; font-weight: 600;
  color: var(--on-accent); background: var(--accent); cursor: pointer;
}
button:hover { filter: brightness(1.1) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
code, pre { font: .875rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace }
pre {
  margin: .375rem 0 0; padding: .75rem 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--card); user-select: all;
}
@media (max-width: 30rem) { body { padding-top: 2rem } button { width: 100% } }
`
