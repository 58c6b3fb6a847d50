/** WCAG 2.2, 1.4.3: of text to its ground. */
const LEAST_CONTRAST = 4.5

/**
 * What people would miss who do not see the page, or see it badly: controls and regions without a name, ids twice, headings
 * that skip a level, more or less than one main landmark, tables without words for what they are, text too pale for its
 * ground.
 */
export function faults(): string[] {
  return [...pageFaults(), ...nameFaults(), ...headingFaults(), ...tableFaults(), ...contrastFaults()]
}

function pageFaults(): string[] {
  const ids = all('[id]').map(({ id }) => id)
  const mains = all('main').length
  return [
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `id twice: ${id}`),
    ...(document.documentElement.lang === '' ? ['the page has no language'] : []),
    ...(document.title === '' ? ['the page has no title'] : []),
    ...(mains === 1 ? [] : [`${mains} main landmarks`]),
  ]
}

function nameFaults(): string[] {
  const controls = all('a[href], button, input, summary, [role=region], [role=img], nav')
  const boxes = all('[tabindex="0"]')
  return [
    ...controls.filter((control) => nameOf(control) === '').map((control) => `without a name: ${tell(control)}`),
    ...boxes
      .filter((box) => !box.getAttribute('aria-label'))
      .map((box) => `can be reached, but has no label: ${tell(box)}`),
  ]
}

function headingFaults(): string[] {
  const levels = all('h1, h2, h3, h4')
    .filter(isShown)
    .map(({ tagName }) => Number(tagName.slice(1)))
  return levels.flatMap((level, i) =>
    level > (levels[i - 1] ?? 0) + 1 ? [`heading ${i} skips to level ${level}`] : [],
  )
}

function tableFaults(): string[] {
  return [
    ...all('table:not(:has(> caption))').map((table) => `table without a caption: ${tell(table)}`),
    ...all('th:not([scope])').map((cell) => `heading cell without a scope: ${tell(cell)}`),
  ]
}

function contrastFaults(): string[] {
  const found: string[] = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const element = text.parentElement
    if (element === null || text.textContent?.trim() === '' || !isShown(element)) continue
    const { color, fill } = getComputedStyle(element)
    const contrast = contrastOf(channels(element instanceof SVGElement ? fill : color), groundOf(element))
    if (contrast < LEAST_CONTRAST) found.push(`contrast ${contrast.toFixed(2)}: ${tell(element)}`)
  }
  return found
}

function all(selector: string): Element[] {
  return [...document.querySelectorAll(selector)]
}

function isShown(element: Element): boolean {
  return element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
}

function tell(element: Element): string {
  return element.outerHTML.slice(0, 120)
}

function nameOf(element: Element): string {
  const label = element.getAttribute('aria-label')
  if (label) return label
  const text = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element.textContent
  return (text ?? '').trim()
}

/** WCAG 2.2, "contrast ratio". */
function contrastOf(ink: readonly number[], ground: readonly number[]): number {
  const [light = 0, dark = 0] = [luminance(ink), luminance(ground)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = color.map((channel) => {
    const part = channel / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** The colour that lies behind an element: the first that is not transparent, from it upward. */
function groundOf(element: Element | null): number[] {
  for (let each = element; each !== null; each = each.parentElement) {
    const ground = channels(getComputedStyle(each).backgroundColor)
    if ((ground[3] ?? 1) === 1) return ground
  }
  return [255, 255, 255]
}

function channels(color: string): number[] {
  return (color.match(/[\d.]+/g) ?? []).map(Number)
}
