import { everyRow, FIELDS, first, head, lines, type Poison, parquet, rows, withLine } from './delivery.ts'

const wide = Array.from({ length: 2000 }, (_, index) => ({ name: `f${index}`, dataType: 'NUMBER' }))

function without(name: string): (row: object) => object {
  return (row) => Object.fromEntries(Object.entries(row).filter(([key]) => key !== name))
}

function renamed(from: string, to: string): (row: object) => object {
  return (row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key === from ? to : key, value]))
}

/** Which columns come. */
export const columns: readonly Poison[] = [
  {
    name: 'a column is called otherwise',
    head: head(),
    rows: lines(rows(renamed('stock', 'stockCount'))),
    outcome: { warned: 'maxMissingColumnRatio' },
  },
  {
    name: 'a column is gone from a Parquet file',
    head: head(),
    rows: { parquet: () => parquet(rows(without('stock')).map((row) => ({ ...row }))) },
    outcome: { warned: 'maxMissingColumnRatio' },
  },
  {
    name: "rows of another workflow's table",
    head: head(),
    rows: lines(rows().map((_, index) => ({ sku: `J-${index}`, title: 'Engineer', salary: 5, place: 'Ulm' }))),
    outcome: { blocked: 'maxMissingColumnRatio' },
  },
  {
    name: 'a key that is no field',
    head: head(),
    rows: lines(first({ colour: 'red' })),
    outcome: { warned: 'onExtraField' },
  },
  {
    name: 'a key that every object inherits',
    head: head(),
    rows: lines(first({ constructor: 'x' })),
    outcome: { warned: 'onExtraField' },
  },
  {
    name: 'keys made of data: another one in every row',
    head: head(),
    rows: lines(rows((row, index) => ({ ...row, [`k${index}`.repeat(99)]: 1 }))),
    outcome: { warned: 'onExtraField' },
  },
  {
    name: 'the key __proto__',
    head: head(),
    rows: withLine('{"sku":"p","__proto__":{"name":"x"}}'),
    outcome: { published: 11 },
  },
  {
    name: 'a required value is missing',
    head: head(),
    rows: lines(first({ sku: null })),
    outcome: { warned: 'onMissingRequired' },
  },
  {
    name: '2,000 columns',
    head: head({ schema: { fields: [...FIELDS, ...wide] } }),
    rows: lines(everyRow(Object.fromEntries(wide.map(({ name }) => [name, 1])))),
    outcome: { published: 10 },
  },
  {
    name: 'fields whose names differ by case only',
    head: head({ schema: { fields: [...FIELDS, { name: 'Stock', dataType: 'NUMBER' }] } }),
    rows: lines(everyRow({ Stock: 1 })),
    outcome: { published: 10, columns: ['stock', 'Stock_2'] },
  },
  {
    name: 'a field with the name of a lineage column',
    head: head({ schema: { fields: [...FIELDS, { name: 'kadoa_run_id', dataType: 'STRING' }] } }),
    rows: lines(everyRow({ kadoa_run_id: 'forged' })),
    outcome: { published: 10, columns: ['kadoa_run_id_2', 'KADOA_RUN_ID'] },
  },
  {
    name: 'a type that is not known yet',
    head: head({ schema: { fields: [...FIELDS, { name: 'shape', dataType: 'POLYGON' }] } }),
    rows: lines(everyRow({ shape: [[1, 2]] })),
    outcome: { published: 10, columns: ['shape'] },
  },
]
