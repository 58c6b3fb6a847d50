import { fewAtATime } from '../few-at-a-time.ts'
import { applyPlan, type Difference, type ManifestPlan, planShares } from '../manifest/index.ts'
import { command } from './command.ts'
import { formatCount } from './grid.ts'
import { flag } from './option.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer, type Session } from './session.ts'
import { formatDifferences } from './share-plan-text.ts'
import { checkShown } from './shown-table.ts'

/** Tables that are looked at at the same time. */
const LOOKS = 8

export const shareApply = command({
  name: 'apply',
  summary: 'make what is shared, and with whom, what a document says; applying it again changes nothing',
  details: [
    'The file is YAML or JSON in the form of "share export", or a configuration of the reference server, of which the',
    'shares are taken; "-" is stdin. What it does not name stays, unless --prune. Recipients that are new get no link:',
    '"recipient rotate" makes one. A relative location starts at the file.',
  ].join('\n'),
  arguments: { file: 'the document' },
  options: {
    root: rootOption,
    dryRun: flag('print the difference and change nothing'),
    prune: flag('drop what the document does not name: shares and tables, recipients and grants'),
  },
  async run({ file, root, dryRun, prune }, session) {
    const store = await storeAt(root, session)
    // Loaded here, as for the export.
    const { readDocument } = await import('./share-document.ts')
    const { document, notices } = await readDocument(file, session)
    for (const notice of notices) session.note(`notice: ${notice}`)
    const plan = await planShares(store, document, { ...callOptions(session), prune })
    await checkTables(plan, session)
    if (!dryRun) await applyPlan(store, plan, callOptions(session))
    noteRest(plan, dryRun, session)
    const { differences, kept } = plan
    const json = { applied: !dryRun, differences: differences.map(asJson), kept: kept.map(asJson), notices }
    await answer(session, json, () => formatDifferences(differences))
  },
})

async function checkTables({ tables }: ManifestPlan, session: Session): Promise<void> {
  await fewAtATime(tables, LOOKS, (table) => checkShown(table, session))
}

function noteRest({ differences, kept, recipients }: ManifestPlan, dryRun: boolean, session: Session): void {
  const count = formatCount(differences.length, 'difference')
  if (differences.length > 0) session.note(dryRun ? `${count}; nothing was changed` : `${count} applied`)
  if (kept.length > 0) {
    session.note(`${formatCount(kept.length, 'thing')} that the document does not name stay; --prune drops them:`)
    session.note(formatDifferences(kept))
  }
  for (const { before, after } of recipients) {
    if (before === undefined && after !== undefined && !dryRun) {
      session.note(`${after.name} has no link yet: "deltaquill recipient rotate ${after.name}" makes one`)
    }
  }
}

function asJson(difference: Difference): Record<string, Difference[keyof Difference]> {
  return { ...difference }
}
