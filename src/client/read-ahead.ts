/**
 * Takes so many items before they are asked for, and starts them; the rest stays where it comes from. What fails ahead is
 * thrown when its turn comes.
 */
export async function* readAhead<T>(
  items: AsyncGenerator<T>,
  count: number,
  start: (item: T) => void = () => {},
): AsyncGenerator<T> {
  const taken: Promise<IteratorResult<T>>[] = []
  const take = (): void => {
    const next = items.next()
    next.then(
      ({ done, value }) => {
        if (!done) start(value)
      },
      () => {},
    )
    taken.push(next)
  }
  try {
    for (;;) {
      while (taken.length <= count) take()
      const next = await taken.shift()
      if (next === undefined || next.done) return
      yield next.value
    }
  } finally {
    // Not waited for: what was taken ahead may be in the hands of a silent server.
    void items.return(undefined).catch(() => {})
  }
}
