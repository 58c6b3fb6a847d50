import { type DeltaType, type StructField, type StructType, typeName } from '../../schema/index.ts'
import { element, scrollingTable } from './dom.ts'

/** The columns of a table, with what lies inside of them, to any depth. */
export function schemaView(schema: StructType, partitionColumns: readonly string[]): HTMLElement {
  const rows = schema.fields.flatMap((field) => rowsOf(field, [], partitionColumns))
  const head = ['Column', 'Type', 'Comment'].map((name) => element('th', { scope: 'col' }, name))
  return scrollingTable('Columns', head, rows)
}

function rowsOf(
  field: StructField,
  parents: readonly string[],
  partitionColumns: readonly string[],
): HTMLTableRowElement[] {
  const { name, type, nullable, metadata } = field
  const heading = element('th', { scope: 'row', class: 'name' })
  heading.style.setProperty('--depth', String(parents.length))
  // The indentation is for the eye; who hears the table hears where a field lies.
  if (parents.length > 0) heading.append(element('span', { class: 'hidden' }, `${parents.join(', ')}, `))
  heading.append(element('code', {}, name))
  if (parents.length === 0 && partitionColumns.includes(name)) heading.append(' ', tag('partition'))
  const { comment } = metadata
  const row = element(
    'tr',
    {},
    heading,
    element(
      'td',
      {},
      element('code', { class: 'type' }, typeWords(type)),
      nullable ? undefined : ' ',
      nullable ? undefined : tag('required'),
    ),
    element('td', { class: 'comment' }, typeof comment === 'string' ? comment : ''),
  )
  const inside = fieldsInside(type).flatMap((each) => rowsOf(each, [...parents, name], partitionColumns))
  return [row, ...inside]
}

function tag(text: string): HTMLElement {
  return element('span', { class: 'tag' }, text)
}

/** A type in words; the fields of a struct are in rows of their own. */
function typeWords(type: DeltaType): string {
  switch (type.type) {
    case 'struct':
      return 'struct'
    case 'array':
      return `array of ${typeWords(type.elementType)}`
    case 'map':
      return `map from ${typeWords(type.keyType)} to ${typeWords(type.valueType)}`
    default:
      return typeName(type)
  }
}

function fieldsInside(type: DeltaType): readonly StructField[] {
  switch (type.type) {
    case 'struct':
      return type.fields
    case 'array':
      return fieldsInside(type.elementType)
    case 'map':
      return [...fieldsInside(type.keyType), ...fieldsInside(type.valueType)]
    default:
      return []
  }
}
