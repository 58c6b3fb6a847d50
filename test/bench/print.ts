/** A table in Markdown, as it stands in the docs; columns of figures lie to the right. */
export function formatTable(title: string, head: readonly string[], lines: readonly (readonly string[])[]): string {
  const columns = head.map((text, i) => {
    const cells = lines.map((line) => line[i] ?? '')
    const width = Math.max(text.length, ...cells.map((cell) => cell.length))
    return { width, figures: cells.every((cell) => /^([+−≥≤]?\d.*)?$/.test(cell)) }
  })
  const row = (cells: readonly string[]): string => {
    const padded = columns.map(({ width, figures }, i) =>
      figures ? cells[i]?.padStart(width) : cells[i]?.padEnd(width),
    )
    return `| ${padded.join(' | ')} |`
  }
  const rule = columns.map(({ width, figures }) => '-'.repeat(width + (figures ? 1 : 2)) + (figures ? ':' : ''))
  return [`### ${title}`, '', row(head), `|${rule.join('|')}|`, ...lines.map(row), ''].join('\n')
}

/** A whole number with its thousands apart. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en')
}
