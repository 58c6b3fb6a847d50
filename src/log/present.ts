/** An object type whose members that may be `undefined` are optional instead. */
export type Present<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The object without its members that are `undefined`: an absent field of the log stays absent. */
export function present<T extends object>(object: T): Present<T> {
  const result: Partial<T> = {}
  for (const key in object) if (object[key] !== undefined) result[key] = object[key]
  return result as unknown as Present<T>
}
