import { compressionWorker, parquetEncoder } from 'deltaquill/parquet'

// Prints whether a real thread makes the same file as none; then it must not keep the process alive, closed or not.
const schema = {
  type: 'struct',
  fields: [{ name: 'name', type: { type: 'string' }, nullable: true, metadata: {} }],
}
const rows = Array.from({ length: 20_000 }, (_, i) => ({ name: `name ${i}` }))

async function encoded(options) {
  const encoder = parquetEncoder(schema, { pageBytes: 10_000, ...options })
  encoder.writeRows(rows)
  encoder.finish()
  await encoder.settled()
  return Buffer.concat(encoder.takeBytes())
}

const [closed, left] = [compressionWorker({ codec: 'snappy' }), compressionWorker({ codec: 'gzip', level: 3 })]
const same = [
  (await encoded({ worker: closed })).equals(await encoded({ codec: 'snappy' })),
  (await encoded({ worker: left })).equals(await encoded({ codec: 'gzip', level: 3 })),
]
await closed.close()
console.log(JSON.stringify(same))
