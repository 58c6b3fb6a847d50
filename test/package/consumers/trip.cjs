// A table on disk, written and read by `require`; prints the rows that came back.
const { createTable, openTable } = require('deltaquill')

async function trip(directory) {
  const table = await createTable(directory)
  await table.append([
    { id: 9007199254740993n, name: 'Zürich', price: null },
    { id: 2n, name: '東京', price: 0.1 },
  ])
  const rows = []
  for await (const row of (await openTable(directory)).read()) rows.push(row)
  await table.settled()
  return JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
}

trip(process.argv[2]).then(console.log)
