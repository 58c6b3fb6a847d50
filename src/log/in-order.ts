/** How many bytes are fetched ahead of where they are needed; one file alone may have more. */
const AHEAD_BYTES = 32 * 1024 * 1024

/**
 * Loads items and gives them in their order, a bounded number, and a bounded number of bytes, ahead: so the latency of a
 * store counts once, and memory does not grow with the number of items.
 */
export async function* inOrder<Item extends { readonly size: number }, Loaded>(
  items: readonly Item[],
  concurrency: number,
  load: (item: Item) => Promise<Loaded>,
): AsyncGenerator<Loaded> {
  const ahead: { readonly size: number; readonly loaded: Promise<Loaded> }[] = []
  let bytes = 0
  let next = 0
  for (;;) {
    for (; ahead.length < concurrency; next++) {
      const item = items[next]
      if (item === undefined || (ahead.length > 0 && bytes + item.size > AHEAD_BYTES)) break
      const loaded = load(item)
      // It is awaited in its turn; until then a failure must not count as unhandled.
      loaded.catch(() => undefined)
      ahead.push({ size: item.size, loaded })
      bytes += item.size
    }
    const first = ahead.shift()
    if (first === undefined) return
    yield await first.loaded
    bytes -= first.size
  }
}
