/** What tests do inside of a page: bundled, and put into every page that they visit as `inPage`. */
export { faults } from './faults.ts'

/** How much a tab has stored, by place. */
export async function stored(): Promise<Record<string, number>> {
  return {
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
  }
}

/** The cells of the table in the region with a label, row by row. */
export function cells(label: string): string[][] {
  const rows = document.querySelectorAll(`[role=region][aria-label="${label}"] tbody tr`)
  return Array.from(rows, (row) => Array.from(row.querySelectorAll('th, td'), (cell) => cell.textContent ?? ''))
}

/** Drops a file onto the page. */
export function drop(text: string, name: string): void {
  const dataTransfer = new DataTransfer()
  dataTransfer.items.add(new File([text], name))
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
}

addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  console.error(`policy: ${violatedDirective} blocked ${blockedURI}`)
})
