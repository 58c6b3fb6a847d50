import { formatJson, parseJson } from '../json.ts'
import { shareDocumentSchema } from '../manifest/index.ts'
import { command } from './command.ts'

export const shareSchema = command({
  name: 'schema',
  summary: 'print the JSON Schema of the document that "share export" prints and "share apply" takes, for editors',
  arguments: {},
  options: {},
  async run(_given, session) {
    const schema = JSON.stringify(shareDocumentSchema(), null, 2)
    await session.out.write(`${session.json ? formatJson(parseJson(schema)) : schema}\n`)
  },
})
