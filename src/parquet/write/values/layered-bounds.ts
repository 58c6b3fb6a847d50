/** Bounds that can take over what others of their kind have seen. */
interface Mergeable<Kind> {
  includeBounds(other: Kind): void
}

/** Bounds of the open page, of the open column chunk and of the file: each takes over the one before when that ends. */
export class LayeredBounds<Kind extends Mergeable<Kind>> {
  readonly #create: () => Kind
  readonly file: Kind
  #chunk: Kind
  #page: Kind

  constructor(create: () => Kind) {
    this.#create = create
    this.file = create()
    this.#chunk = create()
    this.#page = create()
  }

  /** Where values go. */
  get page(): Kind {
    return this.#page
  }

  /** @returns the bounds of the page that ends. */
  endPage(): Kind {
    const page = this.#page
    this.#chunk.includeBounds(page)
    this.#page = this.#create()
    return page
  }

  /** @returns the bounds of the chunk that ends, all pages of which have ended. */
  endChunk(): Kind {
    const chunk = this.#chunk
    this.file.includeBounds(chunk)
    this.#chunk = this.#create()
    return chunk
  }
}
