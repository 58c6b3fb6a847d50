import { z } from 'zod'

/** What a check does with what it finds: the run is held back, or published with a word about it. */
export type CheckAction = 'block' | 'warn'

const actionShape = z.enum(['block', 'warn'])

/** A number from 0 to 1 alone blocks on its wrong side; with an action it does what that says. */
function ratioShape(ratio: number) {
  const share = z.number().min(0).max(1)
  return z
    .union([share, z.object({ ratio: share, action: actionShape.default('block') })], {
      error: 'expected a number from 0 to 1, or {"ratio": number, "action": "block" or "warn"}',
    })
    .default({ ratio, action: 'block' })
    .transform((given) => (typeof given === 'number' ? { ratio: given, action: 'block' as const } : given))
}

/** The checks that every run passes before it is published. What is always refused stands in {@link checkRun}. */
export const checksShape = z.object({
  minRowRatio: ratioShape(0.5).describe(
    'Fewer rows than this part of those of the previous published run: 0.5, blocked, unless said. 0 never blocks.',
  ),
  maxCastFailureRatio: ratioShape(1).describe(
    'A column of which more than this part of the values did not fit its type: 1 unless said, which only warns.',
  ),
  maxMissingColumnRatio: ratioShape(0.5).describe(
    'More than this part of the fields of the schema in no row at all: 0.5, blocked, unless said. Below, it is a warning.',
  ),
  onEmptyRun: actionShape.default('warn').describe('A run without rows, which leaves the latest table empty.'),
  onDuplicateKey: actionShape.default('warn').describe('Rows of one run with the same key.'),
  onMissingKey: actionShape.default('warn').describe('Rows of which a key field is missing or empty.'),
  onMissingRequired: actionShape.default('warn').describe('Rows without a value in a required field.'),
  onExtraField: actionShape.default('warn').describe('Keys of rows that are no fields of the schema: left out.'),
  onPrecisionLoss: actionShape.default('warn').describe('Whole numbers beyond 2^53, whose last digits may differ.'),
  onIllFormedText: actionShape.default('warn').describe('Half a surrogate pair, which became U+FFFD.'),
  onGarbledText: actionShape.default('warn').describe('Text that was decoded by the wrong character set.'),
  onStaleRun: actionShape
    .default('warn')
    .describe('A run, not of a backfill, that is older than the newest published one.'),
})

/** Every check with what it does. A ratio is a part from 0 to 1. */
export type Checks = Readonly<z.infer<typeof checksShape>>
