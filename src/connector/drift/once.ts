/** For what mends several findings at a time: the first that asks has it done, and the others hear how it went. */
export function once<T>(act: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined
  return () => {
    done ??= act()
    return done
  }
}
