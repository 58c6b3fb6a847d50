interface Copied<Whole> {
  /** The same as it is now: what happens to one does not happen to the other. */
  copy(): Promise<Whole>
}

/** What gives a copy of a world to whoever asks, and makes one only where nobody has asked for the same yet. */
export function madeOnce<Asked extends readonly unknown[], Whole extends Copied<Whole>>(
  make: (...asked: Asked) => Promise<Whole>,
): (...asked: Asked) => Promise<Whole> {
  const made = new Map<string, Promise<Whole>>()
  return async (...asked) => {
    const key = JSON.stringify(asked)
    const whole = made.get(key) ?? make(...asked)
    made.set(key, whole)
    return (await whole).copy()
  }
}
