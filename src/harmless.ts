/**
 * A callback of the caller's as one that may be called in the midst of anything, such as a commit: what it throws, or rejects
 * with, goes to `failed` and no further. Without one, nobody is told.
 */
export function harmless<T>(
  callback: ((value: T) => unknown) | undefined,
  failed: (error: unknown) => void = () => {},
): (value: T) => void {
  const call = async (value: T): Promise<unknown> => callback?.(value)
  return (value) => void call(value).catch(failed)
}
