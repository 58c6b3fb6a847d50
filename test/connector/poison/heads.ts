import { FIELDS, head, lines, type Poison, rows } from './delivery.ts'

/** What `run.json` says. */
export const heads: readonly Poison[] = [
  ...(
    [
      ['held for review', { run: { state: 'VALIDATING' } }, 'its state is VALIDATING'],
      ['failed', { run: { state: 'FAILED' } }, 'its state is FAILED'],
      ['without a time at which it finished', { run: { finishedAt: null } }, 'finishedAt: expected when it finished'],
      ['with a time that is none', { run: { finishedAt: '02/01/2026' } }, 'finishedAt: expected an ISO 8601 time'],
      ['without an id', { run: { runId: '' } }, 'runId: expected at least 1 character, found 0'],
      ['of another workflow', { run: { workflowId: 'chairs' } }, 'run.workflowId: expected "lamps"'],
      [
        'with the schema of another workflow',
        { schema: { workflowId: 'chairs' } },
        'schema.workflowId: expected "lamps"',
      ],
      ['under another workflow', { workflow: { id: 'chairs' } }, 'expected "chairs" as in workflow.id, found "lamps"'],
      ['of another version of the schema', { schema: { version: 2 }, run: { schemaVersion: 3 } }, 'run.schemaVersion'],
      ['that announces less than no rows', { run: { expectedRecords: -1 } }, 'expectedRecords'],
      [
        'with a field that no table can have',
        { schema: { fields: [{ name: 'a b', dataType: 'LINK' }] } },
        'fields[0].name',
      ],
      [
        'with two fields of one name',
        { schema: { fields: [FIELDS[0], FIELDS[0]] } },
        'fields[1].name: a second field is called "sku"',
      ],
    ] as const
  ).map(([what, given, because]): Poison => {
    return {
      name: `a run ${what}`,
      head: head(given),
      rows: lines(rows()),
      outcome: { refused: 'invalid-argument', because },
    }
  }),
  {
    name: 'a clock that is set to 2099',
    head: head({ run: { finishedAt: '2099-01-01T00:00:00Z' } }),
    rows: lines(rows()),
    outcome: { blocked: 'clock' },
  },
  {
    name: 'a run that is older than what is published',
    head: head({ run: { finishedAt: '2025-12-31T00:00:00Z' } }),
    rows: lines(rows()),
    outcome: { warned: 'onStaleRun' },
  },
  {
    name: 'a run of the history',
    head: { ...head({ run: { finishedAt: '2025-12-31T00:00:00Z' } }), isBackfill: true },
    rows: lines(rows()),
    checks: { onStaleRun: 'block' },
    outcome: { published: 10 },
  },
]
