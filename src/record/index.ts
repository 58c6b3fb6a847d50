/** JSON objects of a store, each read by its shape and changed by compare-and-swap. */
export { nearest } from './nearest.ts'
export {
  changeRecord,
  createRecord,
  type DamagedRecord,
  listRecords,
  type RecordOptions,
  readRecord,
  sameJson,
  surveyRecords,
} from './record.ts'
export { shapeProblems } from './shape-problems.ts'
export { inShapeWords } from './shape-words.ts'
