import { DeltaError } from '../errors.ts'
import { type Metadata, rowConstraints, tableSchema } from '../log/index.ts'
import type { RowNumber } from '../parquet/index.ts'
import type { Runtime } from '../runtime.ts'
import { formatSchema, identityColumns, parseSchema, type RowsBatch, withHighWaterMarks } from '../schema/index.ts'
import { constraintsCheck, type RowsCheck } from './check-constraints.ts'
import { defaultFillers } from './default-value.ts'
import { type Filler, fillColumns } from './fill-columns.ts'
import { IdentitySequence } from './identity-sequence.ts'
import { textLengthCheck } from './text-length.ts'

/**
 * What a table asks of the rows of one write beside their types: values for what they lack (identity columns, defaults),
 * then the conditions that each row keeps (CHECK constraints, invariants, lengths of texts).
 */
export class RowRules {
  readonly #metadata: Metadata
  readonly #identities: readonly IdentitySequence[]
  readonly #defaults: readonly Filler[]
  readonly #checks: readonly RowsCheck[]
  /** The SQL of the conditions that rows keep, each once. */
  readonly constraints: readonly string[]

  constructor(metadata: Metadata, runtime: Runtime) {
    const schema = tableSchema(metadata)
    this.#metadata = metadata
    this.#identities = identityColumns(schema).map((column) => new IdentitySequence(column))
    this.#defaults = defaultFillers(schema, runtime)
    const constraints = rowConstraints({ schema, configuration: metadata.configuration })
    this.constraints = [...new Set(constraints.map(({ expression }) => expression))]
    this.#checks = [constraintsCheck(constraints, schema), textLengthCheck(schema)]
  }

  /**
   * New rows as they are to be written. Batches come in order.
   * @throws {DeltaError} `invalid-argument` for a row that breaks a rule, `unsupported` for one that needs a default that
   * is beyond us.
   */
  apply(batch: RowsBatch, rowNumber: RowNumber): RowsBatch {
    const filled = this.fillIdentities(this.fillDefaults(batch, rowNumber), rowNumber)
    this.check(filled, rowNumber)
    return filled
  }

  /** Rows with the defaults of what they lack. @throws {DeltaError} `unsupported` for a default that is beyond us. */
  fillDefaults(batch: RowsBatch, rowNumber: RowNumber): RowsBatch {
    return fillColumns(batch, this.#defaults, rowNumber)
  }

  /** New rows with identity values of their own. Batches come in order. @throws {DeltaError} `invalid-argument`. */
  fillIdentities(batch: RowsBatch, rowNumber: RowNumber): RowsBatch {
    return fillColumns(batch, this.#identities, rowNumber)
  }

  /** Lets rows pass that lack nothing. @throws {DeltaError} `invalid-argument` for a row that breaks a rule. */
  check(batch: RowsBatch, rowNumber: RowNumber): void {
    for (const check of this.#checks) check(batch, rowNumber)
  }

  /**
   * The table's metadata with the high-water marks that the identity columns have now, to be committed with the rows;
   * undefined where no value was given out.
   */
  metadataAfter(): Metadata | undefined {
    const marks = new Map(
      this.#identities.flatMap(({ column, last }) => (last === undefined ? [] : [[column, last] as const])),
    )
    if (marks.size === 0) return undefined
    const schema = withHighWaterMarks(parseSchema(this.#metadata.schemaString), marks)
    return { ...this.#metadata, schemaString: formatSchema(schema) }
  }
}

/**
 * Lets a table pass for which rows may be staged now and committed later, by anybody.
 * @throws {DeltaError} `unsupported` where they would need values that only the commit's moment knows.
 */
export function checkStageable(metadata: Metadata, location: string): void {
  const [identity] = identityColumns(tableSchema(metadata))
  if (identity === undefined) return
  const message = `rows for ${location} cannot be staged (identityColumns): parts from different machines would give out the same values of the identity column ${JSON.stringify(identity.name)}; use append`
  throw new DeltaError('unsupported', message, { feature: 'identityColumns', column: identity.name })
}
