import { head, nested, type Poison, parquet, raw, rows, skus, text, utf8 } from './delivery.ts'

/** Files that are no files of rows, or not whole. */
export const files: readonly Poison[] = [
  ...(
    [
      ['is cut off within a row', text(rows()).slice(0, -20), 'is not valid JSON: line 10'],
      ['holds a row that is an array', `${text(rows())}[1]`, 'row 11 (line 11): expected an object'],
      ['holds a row that is null', `${text(rows())}null`, 'row 11 (line 11): expected an object'],
      ['holds a row that is a text', `${text(rows())}"x"`, 'row 11 (line 11): expected an object'],
      ['is one array of rows', JSON.stringify(rows()), 'row 1 (line 1): expected an object'],
      ['is a page of HTML', '<!doctype html>\n<p>Bad Gateway', 'is not valid JSON: line 1, character 1'],
      ['names a key twice', `${text(rows())}{"sku":"a","sku":"b"}`, 'row 11 (line 11): expected each key'],
      ['nests too deep', `{"details":${JSON.stringify(nested(501))}}`, 'at most 500 levels'],
      ['holds NaN as a token', '{"stock":NaN}', 'is not valid JSON: line 1'],
    ] as const
  ).map(([what, given, because]): Poison => {
    return {
      name: `JSON Lines that ${what}`,
      head: head(),
      rows: raw(given),
      outcome: { refused: 'invalid-data', because },
    }
  }),
  ...(
    [
      ['in UTF-16', Uint8Array.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), 'is UTF-16 text'],
      ['in Latin-1', Uint8Array.from([...utf8('{"sku":"Stra'), 0xdf, ...utf8('e"}')]), 'is not UTF-8: byte 12'],
      ['compressed', Uint8Array.from([0x1f, 0x8b, 8, 0]), 'is compressed with gzip'],
      ['that are Parquet', utf8('PAR1…'), 'is a Parquet file'],
    ] as const
  ).map(([what, jsonLines, because]): Poison => {
    return {
      name: `JSON Lines ${what}`,
      head: head(),
      rows: { jsonLines },
      outcome: { refused: 'invalid-data', because },
    }
  }),
  { name: 'a byte order mark', head: head(), rows: raw(`\ufeff${text(rows())}`), outcome: { published: 10 } },
  {
    name: 'CRLF and empty lines',
    head: head(),
    rows: raw(text(rows()).replaceAll('\n', '\r\n \r\n\r\n')),
    outcome: { published: 10 },
  },
  {
    name: 'a Parquet file that is cut off',
    head: head(),
    rows: { parquet: () => parquet(skus, -9) },
    outcome: { refused: 'invalid-data', because: 'Parquet' },
  },
  {
    name: 'a Parquet file of no bytes',
    head: head(),
    rows: { parquet: () => parquet(skus, 0) },
    outcome: { refused: 'invalid-data', because: 'Parquet' },
  },
  {
    name: 'rows of a program that are no objects',
    head: head(),
    rows: { objects: [...rows(), new Date(0)] },
    outcome: { refused: 'invalid-argument', because: 'row 11 of run run-2 cannot be published: expected an object' },
  },
]
