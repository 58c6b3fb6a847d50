import { describe, expect, test } from 'vitest'
import {
  checkReadable,
  checkWritable,
  type Metadata,
  type Protocol,
  protocolFor,
  tableFeatures,
} from '../../src/log/index.ts'
import { parseSchema } from '../../src/schema/index.ts'
import { METADATA, PROTOCOL, schemaString, withProperties } from './table.ts'

function listed(...names: readonly string[]): Protocol {
  return { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: names, writerFeatures: names }
}

function writerListed(...names: readonly string[]): Protocol {
  return { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: names }
}

function withField(field: Record<string, unknown>): Metadata {
  return { ...METADATA, schemaString: schemaString({ name: 'id', type: 'long', ...field }) }
}

const nested = {
  type: {
    type: 'array',
    containsNull: true,
    elementType: {
      type: 'struct',
      fields: [{ name: 'x', type: 'long', nullable: true, metadata: { 'delta.invariants': '{}' } }],
    },
  },
}

describe('a table may be read and written', () => {
  test.each<[string, Protocol, Metadata]>([
    ['of version 1, 2', PROTOCOL, METADATA],
    ['of every legacy version without constraints', { minReaderVersion: 2, minWriterVersion: 6 }, METADATA],
    ['that lists nothing', listed(), METADATA],
    [
      'that lists features without using them',
      listed('columnMapping', 'deletionVectors', 'checkConstraints', 'typeWidening-preview', 'icebergCompatV2'),
      withProperties({ 'delta.columnMapping.mode': 'none' }),
    ],
    ['with timestamp_ntz', listed('timestampNtz'), withField({ type: 'timestamp_ntz' })],
    [
      'with in-commit timestamps',
      writerListed('inCommitTimestamp'),
      withProperties({ 'delta.enableInCommitTimestamps': 'true' }),
    ],
    ['that allows appends only', PROTOCOL, withProperties({ 'delta.appendOnly': 'true' })],
  ])('%s', (_, protocol, metadata) => {
    checkReadable(protocol, metadata)
    checkWritable(protocol, metadata)
  })
})

describe('a table may be read but not written', () => {
  test.each<[string, Protocol, Metadata]>([
    ['checkConstraints', PROTOCOL, withProperties({ 'delta.constraints.positive': 'price > 0' })],
    ['invariants', PROTOCOL, withField({ metadata: { 'delta.invariants': '{"expression":{"expression":"x > 3"}}' } })],
    ['invariants', PROTOCOL, withField(nested)],
    [
      'generatedColumns',
      { minReaderVersion: 1, minWriterVersion: 4 },
      withField({ metadata: { 'delta.generationExpression': '1' } }),
    ],
    [
      'identityColumns',
      { minReaderVersion: 1, minWriterVersion: 6 },
      withField({ metadata: { 'delta.identity.start': 1 } }),
    ],
    ['allowColumnDefaults', writerListed('allowColumnDefaults'), withField({ metadata: { CURRENT_DEFAULT: '1' } })],
    ['rowTracking', writerListed('rowTracking', 'domainMetadata'), METADATA],
    ['clustering', writerListed('clustering'), METADATA],
    ['icebergCompatV1', writerListed('icebergCompatV1'), withProperties({ 'delta.enableIcebergCompatV1': 'true' })],
    ['materializePartitionColumns', writerListed(), withProperties({ 'delta.writePartitionColumnsToParquet': 'true' })],
    ['someWriterThing', writerListed('someWriterThing'), METADATA],
    [
      'writer version 8',
      { minReaderVersion: 3, minWriterVersion: 8, readerFeatures: [], writerFeatures: [] },
      METADATA,
    ],
  ])('because of %s', (feature, protocol, metadata) => {
    checkReadable(protocol, metadata)
    expect(() => checkWritable(protocol, metadata)).toThrow(
      expect.objectContaining({ code: 'unsupported', details: { feature } }),
    )
  })
})

describe('a table may not be read', () => {
  test.each<[string, Protocol, Metadata]>([
    ['catalogManaged', listed('catalogManaged'), METADATA],
    ['variantType', listed('variantType'), withField({ type: 'variant' })],
    ['someReaderThing', listed('someReaderThing'), METADATA],
    ['reader version 4', { minReaderVersion: 4, minWriterVersion: 7 }, METADATA],
    ['format orc', PROTOCOL, { ...METADATA, format: { provider: 'orc', options: {} } }],
  ])('because of %s', (feature, protocol, metadata) => {
    expect(() => checkReadable(protocol, metadata)).toThrow(
      expect.objectContaining({ code: 'unsupported', details: { feature } }),
    )
    expect(() => checkWritable(protocol, metadata)).toThrow(
      expect.objectContaining({ code: 'unsupported', details: { feature } }),
    )
  })

  test.each<Protocol>([
    { minReaderVersion: 1, minWriterVersion: 7, readerFeatures: [], writerFeatures: [] },
    { minReaderVersion: 3, minWriterVersion: 7, writerFeatures: [] },
    { minReaderVersion: 1, minWriterVersion: 7 },
    { minReaderVersion: 1, minWriterVersion: 2, writerFeatures: [] },
    { minReaderVersion: 3, minWriterVersion: 6, readerFeatures: [] },
  ])('whose protocol contradicts itself: %j', (protocol) => {
    expect(() => checkReadable(protocol)).toThrow(expect.objectContaining({ code: 'invalid-data' }))
  })

  test('and every feature in the way is named', () => {
    expect(() => checkReadable(listed('catalogManaged', 'someReaderThing'))).toThrow(
      /catalogManaged: .*someReaderThing: /,
    )
  })
})

describe('a new table gets the lowest protocol that expresses it', () => {
  const plain = parseSchema(METADATA.schemaString)
  test.each([
    [{}, { minReaderVersion: 1, minWriterVersion: 2 }],
    [{ 'delta.appendOnly': 'true' }, { minReaderVersion: 1, minWriterVersion: 2 }],
    [{ 'delta.columnMapping.mode': 'none' }, { minReaderVersion: 1, minWriterVersion: 2 }],
    [{ 'delta.enableChangeDataFeed': 'true' }, { minReaderVersion: 1, minWriterVersion: 4 }],
    [{ 'delta.columnMapping.mode': 'name' }, { minReaderVersion: 2, minWriterVersion: 5 }],
    [
      { 'delta.columnMapping.mode': 'id', 'delta.enableDeletionVectors': 'true', 'delta.enableTypeWidening': 'true' },
      {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: ['columnMapping', 'deletionVectors', 'typeWidening'],
        writerFeatures: ['appendOnly', 'invariants', 'columnMapping', 'deletionVectors', 'typeWidening'],
      },
    ],
    [
      { 'delta.enableInCommitTimestamps': 'true' },
      { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['appendOnly', 'invariants', 'inCommitTimestamp'] },
    ],
    [
      { 'delta.checkpointPolicy': 'v2' },
      {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: ['v2Checkpoint'],
        writerFeatures: ['appendOnly', 'invariants', 'v2Checkpoint'],
      },
    ],
  ])('%j', (properties, protocol) => {
    expect(protocolFor(plain, properties)).toEqual(protocol)
    checkWritable(protocol, withProperties(properties))
  })

  test('which for timestamp_ntz lists the feature', () => {
    const schema = parseSchema(schemaString({ name: 't', type: 'timestamp_ntz' }))
    expect(protocolFor(schema, {})).toMatchObject({ minReaderVersion: 3, readerFeatures: ['timestampNtz'] })
  })

  test.each([
    ['rowTracking', { 'delta.enableRowTracking': 'true' }],
    ['checkConstraints', { 'delta.constraints.c': 'a > 1' }],
  ])('or is refused because of %s', (feature, properties) => {
    expect(() => protocolFor(plain, properties)).toThrow(
      expect.objectContaining({ code: 'unsupported', details: { feature } }),
    )
  })
})

describe('the registry of features', () => {
  test('has each name once', () => {
    const names = tableFeatures.map((feature) => feature.name)
    expect(new Set(names).size).toBe(names.length)
  })

  test('lets readers ignore writer features', () => {
    for (const feature of tableFeatures) if (feature.kind === 'writer') expect(feature).toMatchObject({ read: 'yes' })
  })

  test('never writes what it cannot read', () => {
    const order = ['no', 'unless-used', 'unless-in-files', 'yes']
    for (const { read, write } of tableFeatures) expect(order.indexOf(write)).toBeLessThanOrEqual(order.indexOf(read))
  })
})
