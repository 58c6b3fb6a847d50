import { ByteSink } from '../../src/parquet/encoding/byte-sink.ts'
import { bitWidth, encodeHybrid } from '../../src/parquet/encoding/hybrid-encoder.ts'
import { ThriftWriter } from '../../src/parquet/thrift/thrift-writer.ts'
import { concatenate } from './encode.ts'

/** A column or group, as it stands in a file's schema. */
export interface TestNode {
  readonly name: string
  readonly repetition: 'required' | 'optional' | 'repeated'
  readonly annotation?: 'UTF8' | 'MAP' | 'MAP_KEY_VALUE' | 'LIST'
  readonly fieldId?: number
  /** A leaf has the type INT32, or BYTE_ARRAY where it is annotated as UTF8. */
  readonly children?: readonly TestNode[]
}

/** The only data page of a leaf: its levels and its values, as they stand there, right or wrong. */
export interface TestColumn {
  readonly definitions: readonly number[]
  readonly repetitions?: readonly number[]
  readonly values: readonly (number | string)[]
  /** How many levels the page claims to have, where it lies. */
  readonly claimed?: number
}

const ANNOTATIONS = { UTF8: 0, MAP: 1, MAP_KEY_VALUE: 2, LIST: 3 }
const REPETITIONS = { required: 0, optional: 1, repeated: 2 }
const INT32 = 1
const BYTE_ARRAY = 6
const MAGIC = new TextEncoder().encode('PAR1')

interface Leaf {
  readonly node: TestNode
  readonly path: readonly string[]
  readonly definition: number
  readonly repetition: number
}

/** A file of one row group whose pages hold exactly the levels given: what no writer of today would write. */
export function levelFile(fields: readonly TestNode[], rows: number, columns: readonly TestColumn[]): Uint8Array {
  const leaves = fields.flatMap((node) => leavesOf(node, [], 0, 0))
  const chunks = leaves.map((leaf, i) => encodePage(leaf, columns[i] ?? { definitions: [], values: [] }))
  const footer = formatFooter(fields, rows, leaves, chunks)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, footer.length, true)
  return concatenate([MAGIC, ...chunks, footer, length, MAGIC])
}

function leavesOf(node: TestNode, above: readonly string[], definition: number, repetition: number): Leaf[] {
  const leaf = {
    node,
    path: [...above, node.name],
    definition: definition + (node.repetition === 'required' ? 0 : 1),
    repetition: repetition + (node.repetition === 'repeated' ? 1 : 0),
  }
  return node.children?.flatMap((child) => leavesOf(child, leaf.path, leaf.definition, leaf.repetition)) ?? [leaf]
}

function encodePage({ node, definition, repetition }: Leaf, column: TestColumn): Uint8Array {
  const body = new ByteSink(64)
  for (const [levels, greatest] of [
    [column.repetitions ?? [], repetition],
    [column.definitions, definition],
  ] as const) {
    if (greatest === 0) continue
    const encoded = new ByteSink(64)
    encodeHybrid(levels, levels.length, bitWidth(greatest), encoded)
    body.appendUint32(encoded.length)
    body.append(encoded.copy())
  }
  for (const value of column.values) {
    if (node.annotation === 'UTF8') {
      const text = new TextEncoder().encode(String(value))
      body.appendUint32(text.length)
      body.append(text)
    } else {
      body.appendUint32(Number(value))
    }
  }
  const header = new ThriftWriter()
  header.i32(1, 0)
  header.i32(2, body.length)
  header.i32(3, body.length)
  header.struct(5, () => {
    header.i32(1, column.claimed ?? Math.max(column.definitions.length, column.repetitions?.length ?? 0))
    header.i32(2, 0)
    header.i32(3, 3)
    header.i32(4, 3)
  })
  return concatenate([header.finish(), body.copy()])
}

function formatFooter(
  fields: readonly TestNode[],
  rows: number,
  leaves: readonly Leaf[],
  chunks: readonly Uint8Array[],
): Uint8Array {
  const thrift = new ThriftWriter()
  thrift.i32(1, 1)
  const root: TestNode = { name: 'schema', repetition: 'required', children: fields }
  thrift.structs(2, [root, ...fields.flatMap(flat)], (node) => {
    if (node.children === undefined) thrift.i32(1, node.annotation === 'UTF8' ? BYTE_ARRAY : INT32)
    if (node !== root) thrift.i32(3, REPETITIONS[node.repetition])
    thrift.text(4, node.name)
    thrift.i32(5, node.children?.length)
    thrift.i32(6, node.annotation && ANNOTATIONS[node.annotation])
    thrift.i32(9, node.fieldId)
  })
  thrift.i64(3, rows)
  let offset = MAGIC.length
  thrift.structs(4, [rows], () => {
    thrift.structs(1, [...leaves.entries()], ([i, { node, path }]) => {
      const size = chunks[i]?.length ?? 0
      thrift.i64(2, 0)
      thrift.struct(3, () => {
        thrift.i32(1, node.annotation === 'UTF8' ? BYTE_ARRAY : INT32)
        thrift.i32s(2, [0, 3])
        thrift.texts(3, path)
        thrift.i32(4, 0)
        thrift.i64(5, rows)
        thrift.i64(6, size)
        thrift.i64(7, size)
        thrift.i64(9, offset)
      })
      offset += size
    })
    thrift.i64(2, offset)
    thrift.i64(3, rows)
  })
  return thrift.finish()
}

function flat(node: TestNode): TestNode[] {
  return [node, ...(node.children?.flatMap(flat) ?? [])]
}
