import { describe, expect, test } from 'vitest'
import { descriptorHash, parseSchemaDescriptor } from '../../src/connector/index.ts'
import { descriptorOf, fieldOf } from './sample.ts'

describe('a schema descriptor', () => {
  test('is taken as the API gives it: nulls, keys that nobody knows, classifications without a type', () => {
    const { fields } = parseSchemaDescriptor({
      workflowId: 'wf1',
      version: null,
      createdAt: '2026-01-02T03:04:05+01:00',
      entity: 'Product',
      fields: [
        { name: 'title', dataType: 'STRING', description: null, shape: null, instruction: 'the big one' },
        { name: 'kind', fieldType: 'CLASSIFICATION', categories: [{ title: 'book', definition: 'has pages' }] },
        { name: 'rawHtml', fieldType: 'METADATA', metadataKey: 'html' },
        { name: 'old', dataType: 'JOBBIRD_CUSTOM' },
        { name: 'price', dataType: 'CURRENCY' },
      ],
    })
    expect(fields.map(({ name, dataType, fieldType }) => [name, dataType, fieldType])).toEqual([
      ['title', 'STRING', 'SCHEMA'],
      ['kind', 'CLASSIFICATION', 'CLASSIFICATION'],
      ['rawHtml', 'METADATA', 'METADATA'],
      ['old', 'JOBBIRD_CUSTOM', 'SCHEMA'],
      ['price', 'MONEY', 'SCHEMA'],
    ])
  })

  test('is private in the fields that say so, and in those with a leading underscore, whatever their names', () => {
    const { fields } = descriptorOf(
      fieldOf('title', 'STRING'),
      fieldOf('__id__', 'STRING'),
      fieldOf('_', 'STRING'),
      fieldOf('seller e-mail', 'STRING', { isPrivate: true }),
    )
    expect(fields.map(({ isPrivate }) => isPrivate)).toEqual([false, true, true, true])
  })

  test.each([
    [{ fields: [] }, 'workflowId: expected a text, found nothing'],
    [
      { workflowId: 'w', fields: [{ name: 'a', dataType: 7 }] },
      'fields[0].dataType: expected a text, found the number 7',
    ],
    [{ workflowId: 'w', fields: [{ name: 'a' }] }, 'fields[0].dataType: expected the type of the field, found none'],
    [{ workflowId: 'w', fields: [{ name: 'a b', dataType: 'STRING' }] }, 'fields[0].name: "a b" is no name of a field'],
    [{ workflowId: 'w', fields: [{ name: '1a', dataType: 'STRING' }] }, 'fields[0].name'],
    [{ workflowId: 'w', version: 0, fields: [] }, 'version: expected at least 1, found the number 0'],
    [{ workflowId: 'w', version: 1.5, fields: [] }, 'version: expected a whole number, found the number 1.5'],
    [{ workflowId: 'w', fields: [], createdAt: 'yesterday' }, 'createdAt: expected an ISO 8601 time'],
    [
      { workflowId: 'w', fields: [fieldOf('a', 'STRING'), fieldOf('a', 'NUMBER')] },
      'fields[1].name: a second field is called "a"',
    ],
    [null, 'expected an object, found null'],
  ])('%j is refused with its place', (value, problem) => {
    expect(() => parseSchemaDescriptor(value)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(problem) }),
    )
  })
})

describe('the hash of a descriptor', () => {
  const title = fieldOf('title', 'STRING')
  const price = fieldOf('price', 'MONEY')
  const hash = descriptorHash(descriptorOf(title, price))

  test('is the SHA-256 of its documented JSON', () => {
    // printf %s '[{"name":"title","dataType":"STRING","fieldType":"SCHEMA","shape":null,"isKey":false},{"name":"price",…}]' | sha256sum
    expect(hash).toBe('2004a8c4cb1c0d3521615b47ef9bbff5ad1b69ef50fd038ed421a3150b7c1ee1')
  })

  test.each([
    ['a description', descriptorOf({ ...title, description: 'new', example: ['x'] }, price)],
    ['what is required', descriptorOf({ ...title, isRequired: true, isUnique: true }, price)],
    ['the older name of MONEY', descriptorOf(title, fieldOf('price', 'CURRENCY'))],
    ['a private field', descriptorOf(title, fieldOf('_id', 'STRING'), price)],
    [
      'a field that a transformation appends',
      descriptorOf(title, price, fieldOf('eur', 'NUMBER', { fieldType: 'TRANSFORM_OUTPUT' })),
    ],
  ])('does not count %s', (_, descriptor) => {
    expect(descriptorHash(descriptor)).toBe(hash)
  })

  test.each([
    ['a name', descriptorOf(fieldOf('Title', 'STRING'), price)],
    ['a type', descriptorOf(fieldOf('title', 'LINK'), price)],
    ['the kind of a field', descriptorOf({ ...title, fieldType: 'CLASSIFICATION' }, price)],
    ['a key', descriptorOf({ ...title, isKey: true }, price)],
    ['a shape', descriptorOf({ ...title, shape: { a: 1 } }, price)],
    ['the order', descriptorOf(price, title)],
  ])('counts %s', (_, descriptor) => {
    expect(descriptorHash(descriptor)).not.toBe(hash)
  })

  test('takes a shape for the same in whatever order its keys stand, and without its private keys', () => {
    const hashOf = (shape: unknown): string => descriptorHash(descriptorOf(fieldOf('o', 'OBJECT', { shape })))
    expect(hashOf({ b: [{ d: 1, c: 2 }], a: 'x', _id: 1 })).toBe(hashOf({ a: 'x', b: [{ c: 2, d: 1, __r__: 0 }] }))
    expect(hashOf({ a: ['x', 'y'] })).not.toBe(hashOf({ a: ['y', 'x'] }))
  })
})
