import { INPUT_FORMATS } from './input/index.ts'
import { flag, optional, required } from './option.ts'
import { oneOf, text } from './value.ts'

/** Which file the rows come from that go into a table, and how it is read. */
export const inputOptions = {
  from: required('file', 'the rows: .jsonl, .json, .csv, .tsv, .parquet or .arrow; - is stdin', text),
  format: optional(
    'format',
    `what the file is, where its name does not say: ${INPUT_FORMATS.join(', ')}`,
    oneOf(...INPUT_FORMATS),
  ),
  renameColumns: flag('write "_" for what Delta forbids in column names'),
}
