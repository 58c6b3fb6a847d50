import { type Finding, failed, passed, type Share } from '../manifest/index.ts'
import type { ConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { checkFindings } from './finding.ts'
import { openAsRecipient } from './read-back.ts'
import { checkSetup, loadSetup } from './setup.ts'

/**
 * Verifies share, recipient and grant before anything is shared: whoever reads the share now reads an empty one.
 * @throws {DeltaError} `permission-denied` telling what did not pass, all of it in `details.problems`.
 */
export async function verifyEmpty(context: ConnectorContext, record: ConnectorRecord): Promise<void> {
  const setup = await loadSetup(context, record)
  const findings = [...checkSetup(record, setup), ...(await checkEmpty(context, record, setup.share))]
  await checkFindings(context, findings, { stage: 'empty', failure: 'is not verified, and shares nothing' })
}

async function checkEmpty(
  context: ConnectorContext,
  { schema }: ConnectorRecord,
  share: Share | undefined,
): Promise<Finding[]> {
  if (share === undefined) return []
  const { name, tables } = share
  if (tables.length > 0) {
    return [failed('empty', `share ${name} shows ${tables.length} tables, expected none yet`, 'take them out of it')]
  }
  if (!context.plane.promises.readBack) return [passed('empty', `share ${name} shows no table`)]
  const seen = await (await openAsRecipient(context, share, schema)).tables()
  return [
    seen.length === 0
      ? passed('empty', `a recipient finds share ${name} and no table in it`)
      : failed(
          'empty',
          `a recipient finds ${seen.length} tables in share ${name}, expected none`,
          'look at the server',
        ),
  ]
}
