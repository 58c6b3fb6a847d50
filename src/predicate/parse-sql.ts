import { DeltaError } from '../errors.ts'
import type { ComparisonOp } from './predicate.ts'
import type { SqlCondition, SqlConstant, SqlOperand } from './sql-expression.ts'
import { type SqlToken, sqlTokens } from './sql-tokens.ts'

/**
 * Parses a condition in the part of SQL that we know: comparisons (`= == <> != < <= > >= <=>`), `IS [NOT] NULL`,
 * `[NOT] IN (…)`, `[NOT] BETWEEN`, `AND`, `OR`, `NOT`, parentheses; columns as `a`, `a.b`, `` `odd name` ``; constants as
 * {@link parseSqlConstant} takes them. Precedence is that of Spark.
 * @throws {DeltaError} `unsupported` naming the place where it goes beyond that.
 */
export function parseSql(text: string): SqlCondition {
  const parser = new Parser(text)
  const condition = parser.disjunction()
  parser.end()
  return condition
}

/**
 * Parses a constant of SQL: a number, `'text'`, `TRUE`, `FALSE`, `NULL`, `CAST(NULL AS …)`, `DATE '…'`, `TIMESTAMP '…'`,
 * `TIMESTAMP_NTZ '…'`.
 * @throws {DeltaError} `unsupported` naming the place where it is anything else.
 */
export function parseSqlConstant(text: string): SqlConstant {
  const parser = new Parser(text)
  const operand = parser.operand()
  if (operand.op === 'column') throw parser.refusal('a constant', 0)
  parser.end()
  return operand
}

/** Longer texts are no simple condition, and deeper ones none that anybody wrote. */
const MAX_LENGTH = 10_000
const MAX_DEPTH = 100

class Parser {
  readonly #text: string
  readonly #tokens: readonly SqlToken[]
  #next = 0
  #depth = 0

  constructor(text: string) {
    if (text.length > MAX_LENGTH) {
      throw new DeltaError('unsupported', `the SQL has ${text.length} characters: at most ${MAX_LENGTH} are understood`)
    }
    this.#text = text
    this.#tokens = sqlTokens(text)
  }

  disjunction(): SqlCondition {
    if (++this.#depth > MAX_DEPTH) throw this.refusal(`at most ${MAX_DEPTH} levels`)
    const condition = this.#joined('or', () => this.#joined('and', () => this.#negation()))
    this.#depth--
    return condition
  }

  operand(): SqlOperand {
    const token = this.#tokens[this.#next]
    if (token?.kind === 'number') return this.#taken({ op: 'constant', form: 'number', text: token.text })
    if (token?.kind === 'text') return this.#taken({ op: 'constant', form: 'text', text: token.text })
    if (token?.kind === 'quoted-name') return this.#column()
    if (token?.kind === 'symbol') return this.#signed()
    const word = token?.text.toLowerCase() ?? ''
    if (word === 'true' || word === 'false') return this.#taken({ op: 'constant', form: 'boolean', text: word })
    if (word === 'null') return this.#taken(NULL)
    if (word === 'cast') return this.#castOfNull()
    if (word === '' || RESERVED.has(word)) throw this.refusal(OPERAND)
    return this.#typedText(word) ?? this.#column()
  }

  end(): void {
    if (this.#next < this.#tokens.length) throw this.refusal('the end')
  }

  refusal(expected: string, index = this.#next): DeltaError {
    const token = this.#tokens[index]
    const found = token === undefined ? 'the end' : JSON.stringify(this.#text.slice(token.at, token.at + 20))
    const place = `character ${(token?.at ?? this.#text.length) + 1}`
    return new DeltaError(
      'unsupported',
      `the SQL is beyond what is understood, ${place}: expected ${expected}, found ${found}`,
    )
  }

  #joined(op: 'and' | 'or', part: () => SqlCondition): SqlCondition {
    const first = part()
    if (!this.#isWord(op)) return first
    const children = [first]
    while (this.#takeWord(op)) children.push(part())
    return { op, children }
  }

  #negation(): SqlCondition {
    let isNegated = false
    while (this.#takeWord('not') || this.#takeSymbol('!')) isNegated = !isNegated
    const condition = this.#test()
    return isNegated ? not(condition) : condition
  }

  #test(): SqlCondition {
    if (this.#takeSymbol('(')) {
      const condition = this.disjunction()
      this.#expectSymbol(')')
      return condition
    }
    const operand = this.operand()
    const symbol = this.#tokens[this.#next]
    const comparison = symbol?.kind === 'symbol' ? COMPARISONS.get(symbol.text) : undefined
    if (comparison !== undefined) {
      this.#next++
      return { op: comparison, left: operand, right: this.operand() }
    }
    if (this.#takeWord('is')) {
      const isNegated = this.#takeWord('not')
      if (!this.#takeWord('null')) throw this.refusal('NULL')
      const isNull: SqlCondition = { op: 'isNull', operand }
      return isNegated ? not(isNull) : isNull
    }
    const isNegated = this.#takeWord('not')
    const range = this.#membership(operand)
    if (range === undefined && isNegated) throw this.refusal('IN or BETWEEN')
    return range === undefined ? operand : isNegated ? not(range) : range
  }

  #membership(operand: SqlOperand): SqlCondition | undefined {
    if (this.#takeWord('between')) {
      const low = this.operand()
      if (!this.#takeWord('and')) throw this.refusal('AND')
      const high = this.operand()
      const children = [
        { op: 'gte', left: operand, right: low } as const,
        { op: 'lte', left: operand, right: high } as const,
      ]
      return { op: 'and', children }
    }
    if (!this.#takeWord('in')) return undefined
    this.#expectSymbol('(')
    const items = [this.operand()]
    while (this.#takeSymbol(',')) items.push(this.operand())
    this.#expectSymbol(')')
    return { op: 'in', operand, items }
  }

  #column(): SqlOperand {
    const start = this.#next
    const path = [this.#name()]
    while (this.#takeSymbol('.')) path.push(this.#name())
    if (this.#isSymbol('(')) throw this.refusal(`${OPERAND}, no function`, start)
    return { op: 'column', path }
  }

  #name(): string {
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'name' && token?.kind !== 'quoted-name') throw this.refusal('a name')
    this.#next++
    return token.text
  }

  #signed(): SqlOperand {
    const number = this.#tokens[this.#next + 1]
    const sign = this.#isSymbol('-') ? '-' : this.#isSymbol('+') ? '' : undefined
    if (sign === undefined || number?.kind !== 'number') throw this.refusal(OPERAND)
    this.#next += 2
    return { op: 'constant', form: 'number', text: sign + number.text }
  }

  /** `DATE '…'` and its like; without a text behind it the word is the name of a column. */
  #typedText(word: string): SqlConstant | undefined {
    const form = TYPED_TEXTS.get(word)
    const text = this.#tokens[this.#next + 1]
    if (form === undefined || text?.kind !== 'text') return undefined
    this.#next += 2
    return { op: 'constant', form, text: text.text }
  }

  /** Null has no type of its own, so whatever it is cast to says nothing. */
  #castOfNull(): SqlConstant {
    this.#next++
    this.#expectSymbol('(')
    if (!this.#takeWord('null')) throw this.refusal('NULL')
    if (!this.#takeWord('as')) throw this.refusal('AS')
    this.#name()
    if (this.#takeSymbol('(')) {
      do this.operand()
      while (this.#takeSymbol(','))
      this.#expectSymbol(')')
    }
    this.#expectSymbol(')')
    return NULL
  }

  #taken<T>(operand: T): T {
    this.#next++
    return operand
  }

  #isWord(word: string): boolean {
    const token = this.#tokens[this.#next]
    return token?.kind === 'name' && token.text.toLowerCase() === word
  }

  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false
    this.#next++
    return true
  }

  #isSymbol(symbol: string): boolean {
    const token = this.#tokens[this.#next]
    return token?.kind === 'symbol' && token.text === symbol
  }

  #takeSymbol(symbol: string): boolean {
    if (!this.#isSymbol(symbol)) return false
    this.#next++
    return true
  }

  #expectSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol)) throw this.refusal(JSON.stringify(symbol))
  }
}

function not(child: SqlCondition): SqlCondition {
  return { op: 'not', child }
}

const OPERAND = 'a column or a constant'
const NULL: SqlConstant = { op: 'constant', form: 'null', text: 'null' }

const COMPARISONS: ReadonlyMap<string, ComparisonOp | 'sameAs'> = new Map([
  ['=', 'eq'],
  ['==', 'eq'],
  ['!=', 'ne'],
  ['<>', 'ne'],
  ['<', 'lt'],
  ['<=', 'lte'],
  ['>', 'gt'],
  ['>=', 'gte'],
  ['<=>', 'sameAs'],
])

const TYPED_TEXTS: ReadonlyMap<string, SqlConstant['form']> = new Map([
  ['date', 'date'],
  ['timestamp', 'timestamp'],
  ['timestamp_ltz', 'timestamp'],
  ['timestamp_ntz', 'timestamp_ntz'],
])

/** Words that mean something else than a column here. */
const RESERVED: ReadonlySet<string> = new Set(['and', 'or', 'not', 'is', 'in', 'between', 'like', 'case', 'interval'])
