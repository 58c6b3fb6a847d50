import { z } from 'zod'

const NO_WAREHOUSE = 'expected the id of a SQL warehouse: registration "sql" and latest "in-place" run statements on it'

/** How a connector works on the provider's Databricks workspace. Its credentials come from the environment. */
export const databricksShape = z
  .object({
    host: z
      .string()
      .min(1)
      .optional()
      .describe('The workspace, such as https://dbc-1234.cloud.databricks.com; unless said, DATABRICKS_HOST is.'),
    warehouseId: z.string().min(1).optional().describe('The SQL warehouse on which statements run.'),
    registration: z
      .enum(['rest', 'sql'])
      .default('rest')
      .describe(
        'How tables come into Unity Catalog: by its API, which takes no compute, or by CREATE TABLE on the warehouse.',
      ),
    latest: z
      .enum(['alias-swap', 'in-place'])
      .default('alias-swap')
      .describe(
        'How WF_<id>__LATEST takes another schema: another table in its place, or the same one, which takes a warehouse.',
      ),
    tablesPerShare: z
      .int()
      .min(1)
      .optional()
      .describe('How many tables a share may show, where Databricks has raised the limit; unless said, 1000.'),
  })
  .refine(
    ({ registration, latest, warehouseId }) => !needsWarehouse(registration, latest) || warehouseId !== undefined,
    {
      path: ['warehouseId'],
      error: NO_WAREHOUSE,
    },
  )
  .meta({
    // What the check above says, in the words of JSON Schema, into which no check is translated.
    if: {
      anyOf: [
        { properties: { registration: { const: 'sql' } }, required: ['registration'] },
        { properties: { latest: { const: 'in-place' } }, required: ['latest'] },
      ],
    },
    // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema; nobody awaits it.
    then: { required: ['warehouseId'] },
  })

function needsWarehouse(registration: 'rest' | 'sql', latest: 'alias-swap' | 'in-place'): boolean {
  return registration === 'sql' || latest === 'in-place'
}
