import { columns } from './columns.ts'
import type { Poison } from './delivery.ts'
import { files } from './files.ts'
import { heads } from './heads.ts'
import { counts, keys } from './rows.ts'
import { values } from './values.ts'

export const poison: readonly Poison[] = [...counts, ...columns, ...keys, ...values, ...files, ...heads]
