import { writeFile } from 'node:fs/promises'
import { connectorTemplate } from '../connector/index.ts'
import { DeltaError, messageOf } from '../errors.ts'
import { command } from './command.ts'
import { withDefault } from './option.ts'
import { answer, pathOf } from './session.ts'
import { oneOf, text } from './value.ts'

export const connectorInit = command({
  name: 'init',
  summary: 'write a configuration to begin with, in which every setting is explained',
  arguments: {},
  options: {
    out: withDefault('file', 'where it goes; a file that is there stays', text, 'connector.json'),
    mode: withDefault('mode', 'who reads: "token", or "databricks"', oneOf('token', 'databricks'), 'token'),
  },
  async run({ out, mode }, session) {
    await writeNew(out, pathOf(out, session), connectorTemplate(mode))
    await answer(
      session,
      { config: out },
      () => `wrote ${out}: edit it, then "deltaquill connector provision --config ${out}"`,
    )
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
