import type { ColumnChunkWriter } from './column-chunk.ts'
import type { FileLeaf, FileNode } from './file-node.ts'
import type { NodeWriter } from './node-writer.ts'
import { entryTaker, takeElements } from './parts.ts'
import { RepeatedWriter } from './repeated-writer.ts'
import { StructWriter } from './struct-writer.ts'
import { voidWriter } from './void-writer.ts'

/** The writers of nodes side by side, by their names; `leafWriter` makes those at the bottom, in the order of the file. */
export function nodeWriters(
  nodes: readonly FileNode[],
  leafWriter: (leaf: FileLeaf) => ColumnChunkWriter,
): Map<string, NodeWriter> {
  return new Map(nodes.map((node) => [node.name, nodeWriter(node, leafWriter)]))
}

function nodeWriter(node: FileNode, leafWriter: (leaf: FileLeaf) => ColumnChunkWriter): NodeWriter {
  switch (node.kind) {
    case 'leaf':
      return leafWriter(node)
    case 'struct':
      return new StructWriter(nodeWriters(node.members, leafWriter), node)
    case 'list':
      return new RepeatedWriter(takeElements, [nodeWriter(node.element, leafWriter)], node)
    case 'map': {
      const parts = [node.key, node.value].map((part) => nodeWriter(part, leafWriter))
      return new RepeatedWriter(entryTaker(node.keyType), parts, node)
    }
    case 'void':
      return voidWriter
  }
}
