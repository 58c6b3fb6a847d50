import { writeFile } from 'node:fs/promises'
import { connectorTemplate } from '../connector/index.ts'
import { DeltaError, messageOf } from '../errors.ts'
import { command } from './command.ts'
import { withDefault } from './option.ts'
import { answer, pathOf } from './session.ts'
import { text } from './value.ts'

export const connectorInit = command({
  name: 'init',
  summary: 'write a configuration to begin with, in which every setting is explained',
  arguments: {},
  options: { out: withDefault('file', 'where it goes; a file that is there stays', text, 'connector.json') },
  async run({ out }, session) {
    await writeNew(out, pathOf(out, session), connectorTemplate())
    await answer(session, { config: out }, () => `wrote ${out}: edit it, then "deltaquill connector provision"`)
  },
})

async function writeNew(shown: string, path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { flag: 'wx' })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw new DeltaError('already-exists', `${shown} exists already and was left as it is: choose another --out`, {
        cause,
      })
    }
    throw new DeltaError('invalid-argument', `cannot write ${shown}: ${messageOf(cause)}; choose another --out`, {
      cause,
    })
  }
}
