import { expect, test } from 'vitest'
import { checkProperties } from '../../src/log/index.ts'

test.each([
  { 'delta.appendOnly': 'TRUE' },
  { 'delta.checkpointInterval': '10' },
  { 'delta.dataSkippingNumIndexedCols': '-1' },
  { 'delta.logRetentionDuration': 'interval 30 days' },
  { 'delta.deletedFileRetentionDuration': '1 week 2 hours' },
  { 'delta.isolationLevel': 'Serializable' },
  { 'delta.isolationLevel': 'WriteSerializable' },
  { 'delta.constraints.mine': 'a > 1' },
  { 'my.own': 'anything', plain: '', Delta: 'x' },
])('the properties %j may be set', (properties) => {
  checkProperties(properties)
})

test.each([
  ['delta.appendOnly', 'yes', 'expected true or false, found "yes"'],
  ['delta.checkpointInterval', 'ten', 'expected a whole number, found "ten"'],
  ['delta.checkpointInterval', '-1', 'expected a whole number'],
  ['delta.logRetentionDuration', 'interval 2 months', 'expected an interval such as "interval 30 days"'],
  ['delta.checkpointPolicy', 'v3', 'expected classic or v2, found "v3"'],
  ['delta.isolationLevel', 'SnapshotIsolation', 'expected serializable or writeserializable'],
  ['delta.checkpointinterval', '10', 'write it delta.checkpointInterval'],
  ['delta.minReaderVersion', '3', 'leave it out'],
  ['delta.feature.deletionVectors', 'supported', 'leave it out'],
  ['delta.mine', '1', 'choose another one'],
])('the property %s = %s is refused', (name, value, message) => {
  expect(() => checkProperties({ [name]: value })).toThrow(message)
})

test.each([10, true, null])('a property is a text, not %j', (value) => {
  const properties: Record<string, unknown> = { 'delta.checkpointInterval': value }
  expect(() => checkProperties(properties as Record<string, string>)).toThrow('expected a text')
})

test('a property that the table has already may stay, whatever it is', () => {
  checkProperties({ 'delta.vendorThing': '1' }, { 'delta.vendorThing': '1' })
  expect(() => checkProperties({ 'delta.vendorThing': '2' }, { 'delta.vendorThing': '1' })).toThrow('delta.vendorThing')
})
