import { first, head, lines, type Poison, rows } from './delivery.ts'

/** How many rows come. */
export const counts: readonly Poison[] = [
  {
    name: 'nine of ten rows are gone',
    head: head(),
    rows: lines(rows().slice(0, 1)),
    outcome: { blocked: 'minRowRatio' },
  },
  { name: 'half of the rows are there', head: head(), rows: lines(rows().slice(0, 5)), outcome: { published: 5 } },
  { name: 'no rows', head: head(), rows: lines([]), outcome: { warned: 'onEmptyRun' } },
  {
    name: 'fewer rows than the run announced: cut off between two lines',
    head: head({ run: { expectedRecords: 10 } }),
    rows: lines(rows().slice(0, 9)),
    outcome: { blocked: 'expectedRecords' },
  },
  {
    name: 'more rows than the run announced',
    head: head({ run: { expectedRecords: 9 } }),
    rows: lines(rows()),
    outcome: { blocked: 'expectedRecords' },
  },
  {
    name: 'rows announced that did not come at all',
    head: head({ run: { expectedRecords: 10 } }),
    rows: lines([]),
    outcome: { blocked: 'expectedRecords' },
  },
]

/** Which keys the rows have. */
export const keys: readonly Poison[] = [
  {
    name: 'two rows with one key',
    head: head(),
    rows: lines(first({ sku: 'L-1' })),
    outcome: { warned: 'onDuplicateKey' },
  },
  {
    name: 'every row twice',
    head: head(),
    rows: lines([...rows(), ...rows()]),
    outcome: { warned: 'onDuplicateKey' },
  },
  { name: 'an empty key', head: head(), rows: lines(first({ sku: '' })), outcome: { warned: 'onMissingKey' } },
]
