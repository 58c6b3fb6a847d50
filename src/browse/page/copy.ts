import { announce, button, element } from './dom.ts'

/** Code with a button that copies it; one click into the code marks it whole. */
export function copyable(label: string, text: string): HTMLElement {
  const code = element('code', {}, text)
  const copy = button('Copy', () => void copyText(), { class: 'small', 'aria-label': `Copy ${label}` })
  const copyText = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      copy.textContent = 'Copied'
      announce(`Copied ${label}`)
    } catch {
      // Without TLS browsers have no clipboard for pages.
      getSelection()?.selectAllChildren(code)
      announce(`${label} is selected: copy it with the keyboard`)
    }
  }
  return element('div', { class: 'copyable' }, element('pre', { tabindex: 0, 'aria-label': label }, code), copy)
}
