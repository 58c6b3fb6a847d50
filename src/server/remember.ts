/**
 * The same function, which remembers what it made of the texts that it was asked for lately: clients of one kind send the
 * same headers with every request. When it has so many that are different, it forgets them all.
 */
export function remember<V>(make: (text: string) => V, most = 100): (text: string) => V {
  const made = new Map<string, V>()
  return (text) => {
    const known = made.get(text)
    if (known !== undefined) return known
    const value = make(text)
    if (made.size >= most) made.clear()
    made.set(text, value)
    return value
  }
}
