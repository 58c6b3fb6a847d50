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

function identity(more: Record<string, unknown> = {}): Record<string, unknown> {
  const sequence = { 'delta.identity.start': 1, 'delta.identity.step': 3, 'delta.identity.highWaterMark': 7 }
  return { ...sequence, 'delta.identity.allowExplicitInsert': false, ...more }
}

function inStruct(field: Record<string, unknown>): Record<string, unknown> {
  const inner = { name: 'x', type: 'long', nullable: true, ...field }
  return { type: { type: 'struct', fields: [inner] } }
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
    [
      'with row tracking',
      writerListed('rowTracking', 'domainMetadata'),
      withProperties({ 'delta.enableRowTracking': 'true' }),
    ],
    [
      'with constraints that compare columns with constants',
      PROTOCOL,
      withProperties({ 'delta.constraints.positive': 'id > 0' }),
    ],
    [
      'with invariants of that kind',
      PROTOCOL,
      withField({ metadata: { 'delta.invariants': '{"expression":{"expression":"id > 3"}}' } }),
    ],
    ['with identity columns', PROTOCOL, withField({ metadata: identity() })],
    [
      'with any default',
      writerListed('allowColumnDefaults'),
      withField({ metadata: { CURRENT_DEFAULT: 'current_user()' } }),
    ],
    ['that is clustered', writerListed('clustering', 'domainMetadata'), METADATA],
    ['that allows appends only', PROTOCOL, withProperties({ 'delta.appendOnly': 'true' })],
  ])('%s', (_, protocol, metadata) => {
    checkReadable(protocol, metadata)
    checkWritable(protocol, metadata)
  })
})

describe('a table may be read but not written', () => {
  test.each<[string, Protocol, Metadata]>([
    ['checkConstraints', PROTOCOL, withProperties({ 'delta.constraints.positive': 'price > 0' })],
    ['checkConstraints', PROTOCOL, withProperties({ 'delta.constraints.even': 'id % 2 = 0' })],
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
    ['checkConstraints', PROTOCOL, withProperties({ 'Delta.Constraints.c': 'length(id) > 0' })],
    ['identityColumns', PROTOCOL, withField({ metadata: identity({ 'delta.identity.step': 0 }) })],
    ['identityColumns', PROTOCOL, withField({ metadata: identity({ 'delta.identity.highWaterMark': 8 }) })],
    ['identityColumns', PROTOCOL, withField({ metadata: identity({ 'delta.identity.sequenceId': 'x' }) })],
    ['identityColumns', PROTOCOL, withField({ type: 'integer', metadata: identity() })],
    ['identityColumns', PROTOCOL, withField(inStruct({ metadata: identity() }))],
    ['allowColumnDefaults', PROTOCOL, withField(inStruct({ metadata: { CURRENT_DEFAULT: '1' } }))],
    ['icebergWriterCompatV1', writerListed('icebergWriterCompatV1'), METADATA],
    ['icebergCompatV1', writerListed('icebergCompatV1'), withProperties({ 'delta.enableIcebergCompatV1': 'true' })],
    ['materializePartitionColumns', writerListed(), withProperties({ 'delta.writePartitionColumnsToParquet': 'true' })],
    ['variantType', listed('variantType'), withField({ type: 'variant' })],
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
      { 'delta.enableRowTracking': 'true' },
      {
        minReaderVersion: 1,
        minWriterVersion: 7,
        writerFeatures: ['appendOnly', 'invariants', 'rowTracking', 'domainMetadata'],
      },
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

  test.each([['checkConstraints', { 'delta.constraints.c': 'a > b' }]])(
    'or is refused because of %s',
    (feature, properties) => {
      expect(() => protocolFor(plain, properties)).toThrow(
        expect.objectContaining({ code: 'unsupported', details: { feature } }),
      )
    },
  )
})

describe('a table that begins to use a feature', () => {
  const plain = parseSchema(METADATA.schemaString)
  const legacy = (minReaderVersion: number, minWriterVersion: number): Protocol => ({
    minReaderVersion,
    minWriterVersion,
  })
  const both = { 'delta.enableChangeDataFeed': 'true', 'delta.enableInCommitTimestamps': 'true' }

  test.each<[string, Protocol, Record<string, string>, readonly string[], Protocol]>([
    ['keeps a protocol that has it', legacy(1, 4), { 'delta.enableChangeDataFeed': 'true' }, [], legacy(1, 4)],
    ['keeps a higher one', legacy(2, 6), {}, [], legacy(2, 6)],
    ['raises legacy versions', legacy(1, 1), { 'delta.appendOnly': 'true' }, [], legacy(1, 2)],
    ['raises the reader never down', legacy(2, 2), { 'delta.enableChangeDataFeed': 'true' }, [], legacy(2, 4)],
    [
      'lists all that the old version implied',
      legacy(1, 4),
      both,
      [],
      writerListed(
        'appendOnly',
        'invariants',
        'checkConstraints',
        'changeDataFeed',
        'generatedColumns',
        'inCommitTimestamp',
      ),
    ],
    [
      'lists for readers what the old version implied for them',
      legacy(2, 5),
      { 'delta.checkpointPolicy': 'v2' },
      [],
      {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: ['columnMapping', 'v2Checkpoint'],
        writerFeatures: [
          'columnMapping',
          'appendOnly',
          'invariants',
          'checkConstraints',
          'changeDataFeed',
          'generatedColumns',
          'v2Checkpoint',
        ],
      },
    ],
    [
      'asks of readers nothing that the old version did not ask of them',
      legacy(1, 6),
      { 'delta.enableInCommitTimestamps': 'true' },
      [],
      writerListed(
        'appendOnly',
        'invariants',
        'checkConstraints',
        'changeDataFeed',
        'generatedColumns',
        'identityColumns',
        'inCommitTimestamp',
      ),
    ],
    [
      'adds what a feature for Iceberg needs',
      legacy(1, 2),
      {},
      ['icebergCompatV2'],
      {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: ['columnMapping'],
        writerFeatures: ['appendOnly', 'invariants', 'icebergCompatV2', 'columnMapping'],
      },
    ],
    [
      'adds a legacy feature to a list',
      writerListed('appendOnly'),
      { 'delta.enableChangeDataFeed': 'true' },
      [],
      writerListed('appendOnly', 'changeDataFeed'),
    ],
    [
      'takes a feature by the name from before it was final',
      listed('typeWidening-preview'),
      { 'delta.enableTypeWidening': 'true' },
      [],
      listed('typeWidening-preview'),
    ],
    [
      'adds a feature that is asked for, and what that one needs',
      legacy(1, 2),
      {},
      ['rowTracking'],
      writerListed('appendOnly', 'invariants', 'rowTracking', 'domainMetadata'),
    ],
  ])('%s', (_, before, properties, features, after) => {
    expect(protocolFor(plain, properties, { before, features })).toEqual(after)
  })

  test.each([['catalogManaged'], ['news']])('is refused the feature %s', (feature) => {
    expect(() => protocolFor(plain, {}, { features: [feature] })).toThrow(
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
    const order = ['no', 'unless-used', 'in-part', 'yes']
    for (const { read, write } of tableFeatures) expect(order.indexOf(write)).toBeLessThanOrEqual(order.indexOf(read))
  })
})
