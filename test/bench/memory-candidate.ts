import { createTable, type Row } from '../../src/index.ts'
import { productLines, productSchema } from './product-rows.ts'

/** Streams so many bytes of rows into a table and prints what it took; run with a small heap. */
const [location = '', gigabytes = '1'] = process.argv.slice(2)
/** Bytes of values in a row of the data set, UTF-8 and eight a number. */
const ROW_BYTES = 405
const target = Math.ceil((Number(gigabytes) * 1e9) / ROW_BYTES)
const lines = [...productLines(20_000)]

/** Rows made when they are asked for: parsed afresh, ids all different. */
async function* rows(): AsyncGenerator<Row> {
  for (let i = 0; i < target; i++) {
    const row = JSON.parse(lines[i % lines.length] ?? '{}')
    row.id = `${row.id.slice(0, 24)}${i.toString(16).padStart(12, '0')}`
    row.scrapedAt = new Date(row.scrapedAt)
    yield row
  }
}

let peak = 0
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 50)
const start = performance.now()
const table = await createTable(location, { schema: productSchema })
const result = await table.append(rows())
const seconds = (performance.now() - start) / 1000
clearInterval(watch)
peak = Math.max(peak, process.resourceUsage().maxRSS * 1024)
console.log(JSON.stringify({ ...result, seconds, peakRss: peak }))
