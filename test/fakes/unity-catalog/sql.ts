/** One SQL statement, as far as the fake knows SQL. */
export type Sql =
  | { readonly verb: 'create'; readonly table: string; readonly location: string; readonly ifNotExists: boolean }
  | { readonly verb: 'repair'; readonly table: string }
  | { readonly verb: 'drop'; readonly table: string; readonly ifExists: boolean }
  | { readonly verb: 'select' }

const NAME = String.raw`((?:\`(?:[^\`]|\`\`)+\`|\w+)(?:\.(?:\`(?:[^\`]|\`\`)+\`|\w+)){2})`
const CREATE = new RegExp(
  String.raw`^CREATE TABLE (IF NOT EXISTS )?${NAME} USING DELTA LOCATION '((?:[^'\\]|\\.)+)'$`,
  'i',
)
const REPAIR = new RegExp(`^(?:MSCK )?REPAIR TABLE ${NAME} SYNC METADATA$`, 'i')
const DROP = new RegExp(`^DROP TABLE (IF EXISTS )?${NAME}$`, 'i')

/** @returns nothing for what is no statement. */
export function parseSql(text: string): Sql | undefined {
  const statement = text.trim().replace(/;$/, '').replaceAll(/\s+/g, ' ')
  const create = CREATE.exec(statement)
  if (create) {
    const [, ifNotExists, name = '', location = ''] = create
    return {
      verb: 'create',
      table: unquoted(name),
      location: location.replaceAll(/\\(.)/g, '$1'),
      ifNotExists: ifNotExists !== undefined,
    }
  }
  const repair = REPAIR.exec(statement)
  if (repair) return { verb: 'repair', table: unquoted(repair[1] ?? '') }
  const drop = DROP.exec(statement)
  if (drop) return { verb: 'drop', table: unquoted(drop[2] ?? ''), ifExists: drop[1] !== undefined }
  return /^SELECT 1$/i.test(statement) ? { verb: 'select' } : undefined
}

function unquoted(name: string): string {
  return name.replaceAll(/`((?:[^`]|``)+)`/g, (_, inner: string) => inner.replaceAll('``', '`')).toLowerCase()
}
