import type { Answer } from './http.ts'

/** The parts of a path that a route has names for, decoded. */
export type PathNames = Readonly<Record<string, string>>

export type Answering<Asked> = (asked: Asked, names: PathNames) => Answer | Promise<Answer>

/** What is done at a path, by method. */
export interface Route<Asked> {
  /** Such as `/shares/:share`. */
  readonly path: string
  /** What it is called in records. */
  readonly action: string
  /** Answers HEAD too; the body is then left away. */
  readonly get?: Answering<Asked>
  readonly post?: Answering<Asked>
}

/** The route of a path. Where a path could be two routes, a segment that is written out wins over one that has a name. */
export interface Router<Asked> {
  readonly routes: readonly Route<Asked>[]
  /** @param path percent-encoded. */
  find(path: string): FoundRoute<Asked> | undefined
}

export interface FoundRoute<Asked> {
  readonly route: Route<Asked>
  readonly names: PathNames
}

interface Node<Asked> {
  readonly fixed: Map<string, Node<Asked>>
  named?: Node<Asked>
  end?: { readonly route: Route<Asked>; readonly names: readonly PathName[] }
}

/** A name, and which segment it is for. */
type PathName = readonly [at: number, name: string]

export function router<Asked>(routes: readonly Route<Asked>[]): Router<Asked> {
  const root: Node<Asked> = { fixed: new Map() }
  for (const route of routes) nodeAt(root, route.path).end = { route, names: namesIn(route.path) }
  return {
    routes,
    find(path) {
      const segments = path.split('/')
      let node: Node<Asked> | undefined = root
      for (const segment of segments) node = node?.fixed.get(segment) ?? (segment === '' ? undefined : node?.named)
      if (node?.end === undefined) return undefined
      const { route, names } = node.end
      const found: Record<string, string> = {}
      for (const [at, name] of names) found[name] = decoded(segments[at] ?? '')
      return { route, names: found }
    },
  }
}

function nodeAt<Asked>(root: Node<Asked>, path: string): Node<Asked> {
  let node = root
  for (const segment of path.split('/')) {
    const known = segment.startsWith(':') ? node.named : node.fixed.get(segment)
    const next: Node<Asked> = known ?? { fixed: new Map() }
    if (segment.startsWith(':')) node.named = next
    else node.fixed.set(segment, next)
    node = next
  }
  return node
}

function namesIn(path: string): PathName[] {
  return path.split('/').flatMap((part, at): PathName[] => (part.startsWith(':') ? [[at, part.slice(1)]] : []))
}

/** What is no percent-encoding is a name that nobody has: it is taken as it stands. */
function decoded(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
