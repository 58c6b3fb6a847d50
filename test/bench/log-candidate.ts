import { loadSnapshot } from '../../src/log/index.ts'
import { localStore } from '../../src/store/local.ts'

/** Opens one table, in a process of its own: prints what the whole process took as JSON. */
const [path = ''] = process.argv.slice(2)
const start = performance.now()
const snapshot = await loadSnapshot(localStore(path))
const ms = performance.now() - start
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
const sample = { ms, cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: (maxRSS * 1024) / 1e6 }
// Named last, so that the snapshot lives until everything is measured.
console.log(JSON.stringify({ ...sample, files: snapshot.numFiles }))
