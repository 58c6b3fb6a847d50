/**
 * `node --conditions=deltaquill-source test/interop/write-files.ts <directory> <name>` writes the files of that name. A
 * Node that has a codec writes them for one that lacks it: zstd came with 22.15, and only from 22.18 on does Node run this
 * source as it stands.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import { fileCases, fileName, fileOf } from './file-cases.ts'

const [, , directory = '.', name] = argv
for (const each of fileCases.filter((file) => file.name === name)) {
  writeFileSync(join(directory, fileName(each)), fileOf(each))
}
