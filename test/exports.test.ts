import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const repository = resolve(import.meta.dirname, '..')
const source = join(repository, 'src/')

/* Who wraps a function must be able to name what it takes and what it gives. */
test('every type that an exported function takes or gives is exported by a door', () => {
  const { program, doors } = house()
  const checker = program.getTypeChecker()
  const exported = new Set(doors.flatMap((door) => exportsOf(program, door)))
  // Not one is seen where the program could not be read.
  expect(exported.size).toBeGreaterThan(200)
  const unnamed = Array.from(exported, ({ declarations = [], name }) => ({ declarations, name }))
    .flatMap(({ declarations, name }) => declarations.flatMap(signatureTypes).map((type) => ({ type, name })))
    .flatMap(({ type, name }) => {
      const symbol = resolved(checker, checker.getSymbolAtLocation(type.typeName))
      const isOurs = symbol?.declarations?.some((each) => each.getSourceFile().fileName.startsWith(source)) === true
      const isNamed =
        symbol === undefined || exported.has(symbol) || (symbol.flags & ts.SymbolFlags.TypeParameter) !== 0
      return isOurs && !isNamed ? [`${symbol.name}, of ${name}`] : []
    })
  expect(new Set(unnamed)).toEqual(new Set())
})

/** The sources behind the doors of package.json, without what other packages and the language declare. */
function house(): { readonly program: ts.Program; readonly doors: readonly string[] } {
  const { exports } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
  const doors = Object.values<{ readonly types?: string }>(exports).flatMap(({ types }) =>
    types === undefined ? [] : [types.replace('./dist/', source).replace(/\.d\.ts$/, '.ts')],
  )
  const options: ts.CompilerOptions = { noLib: true, types: [], allowImportingTsExtensions: true, noEmit: true }
  const host = ts.createCompilerHost(options)
  host.resolveModuleNameLiterals = (names, from) =>
    names.map(({ text }) => ({
      resolvedModule: text.startsWith('.')
        ? { resolvedFileName: join(dirname(from), text), extension: ts.Extension.Ts }
        : undefined,
    }))
  return { program: ts.createProgram(doors, options, host), doors }
}

function exportsOf(program: ts.Program, door: string): ts.Symbol[] {
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(door)
  const module = file && checker.getSymbolAtLocation(file)
  const found = module === undefined ? [] : checker.getExportsOfModule(module)
  return found.flatMap((symbol) => resolved(checker, symbol) ?? [])
}

function resolved(checker: ts.TypeChecker, symbol: ts.Symbol | undefined): ts.Symbol | undefined {
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

/** The types named in the parameters and the result of a function, or of the public methods of a class or an interface. */
function signatureTypes(node: ts.Node): ts.TypeReferenceNode[] {
  if (!ts.isFunctionLike(node)) return membersOf(node).flatMap(signatureTypes)
  return [...node.parameters.map(({ type }) => type), node.type].flatMap((type) => (type ? references(type) : []))
}

function membersOf(node: ts.Node): readonly ts.Node[] {
  if (ts.isInterfaceDeclaration(node)) return node.members
  return ts.isClassDeclaration(node) ? node.members.filter((member) => !isHidden(member)) : []
}

function isHidden(member: ts.ClassElement): boolean {
  const isInternal = ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal')
  return isInternal || (member.name !== undefined && ts.isPrivateIdentifier(member.name))
}

function references(node: ts.Node): ts.TypeReferenceNode[] {
  const inner: ts.TypeReferenceNode[] = []
  ts.forEachChild(node, (child) => void inner.push(...references(child)))
  return ts.isTypeReferenceNode(node) ? [node, ...inner] : inner
}
