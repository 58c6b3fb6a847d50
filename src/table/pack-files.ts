import type { AddFile } from '../log/index.ts'

/** Files of one partition that become one. */
export interface Pack {
  readonly files: readonly AddFile[]
  /** Bytes of the files. */
  readonly bytes: number
}

/**
 * Which files are to be written anew, as delta-spark packs them: within each partition the small ones, smallest first, up
 * to about the target size; and each that has a deletion vector, so that the rows that it marks are really left out. A
 * small file that finds no other stays.
 */
export function packFiles(files: Iterable<AddFile>, targetBytes: number): Pack[] {
  const partitions = new Map<string, AddFile[]>()
  for (const file of files) {
    if (file.size >= targetBytes && !file.deletionVector) continue
    const key = partitionKey(file)
    const others = partitions.get(key)
    if (others) others.push(file)
    else partitions.set(key, [file])
  }
  return [...partitions.values()].flatMap((partition) => packPartition(partition, targetBytes))
}

function packPartition(files: readonly AddFile[], targetBytes: number): Pack[] {
  const packs: { files: AddFile[]; bytes: number }[] = []
  for (const file of files.toSorted((a, b) => a.size - b.size)) {
    const last = packs.at(-1)
    if (last === undefined || last.bytes + file.size > targetBytes) packs.push({ files: [file], bytes: file.size })
    else {
      last.files.push(file)
      last.bytes += file.size
    }
  }
  return packs.filter((pack) => pack.files.length > 1 || pack.files.some((file) => file.deletionVector))
}

function partitionKey({ partitionValues }: AddFile): string {
  return JSON.stringify(
    Object.keys(partitionValues)
      .sort()
      .map((name) => [name, partitionValues[name]]),
  )
}

/** Packs in lots of about so many bytes, each to be committed by itself. */
export function* lotsOf(packs: readonly Pack[], lotBytes: number): Generator<Pack[]> {
  let lot: Pack[] = []
  let bytes = 0
  for (const pack of packs) {
    if (lot.length > 0 && bytes + pack.bytes > lotBytes) {
      yield lot
      lot = []
      bytes = 0
    }
    lot.push(pack)
    bytes += pack.bytes
  }
  if (lot.length > 0) yield lot
}
