/** Imports one file and tells what it took. */
import { availableParallelism } from 'node:os'
import { HASHES_PER_CORE } from '../../src/auth/hashing-slots.ts'
import { Secret } from '../../src/auth/secret.ts'
import { createVerifier } from '../../src/auth/verifier.ts'
import { openDatabase } from '../../src/store/database.ts'
import { importAccounts } from '../../src/store/import/import.ts'
import { BRAND } from './import-file.ts'

export interface Job {
  url: string
  file: string
}

/** `bareMs`: of as many hashes as there are lines, with nothing beside them; 0 where none was made. `megabytes`: the most there were. */
export interface Done {
  ms: number
  cpuMs: number
  megabytes: number
  cores: number
  bareMs: number
}

const job = JSON.parse(process.argv[2] ?? '') as Job
const cores = availableParallelism()
const verifier = createVerifier({ current: 'bench', byId: new Map([['bench', Buffer.alloc(32, 1)]]) })
const { db, close } = await openDatabase(job.url)
const before = process.cpuUsage()
const began = performance.now()
let hashes = 0
const summary = await importAccounts(db, job.file, {
  brands: new Map([[BRAND.name, BRAND]]),
  verifier: {
    make: (...given) => {
      hashes++
      return verifier.make(...given)
    },
  },
  replacePins: false,
  hashesAtOnce: cores * HASHES_PER_CORE,
  now: () => new Date(),
  onBadLine: (line, reason) => {
    throw new Error(`line ${line}: ${reason}`)
  },
})
const ms = performance.now() - began
const { user, system } = process.cpuUsage(before)
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
await close()
if (summary.lines === 0) throw new Error('the import read no line')
process.send?.({ ms, cpuMs: (user + system) / 1000, megabytes, cores, bareMs: await bare(hashes) } satisfies Done)
process.disconnect?.()

async function bare(count: number): Promise<number> {
  const start = performance.now()
  let left = count
  const worker = async (): Promise<void> => {
    while (left-- > 0) await verifier.make(new Secret('1234'), 'bench/owner', 'pin')
  }
  await Promise.all(Array.from({ length: cores * HASHES_PER_CORE }, worker))
  return performance.now() - start
}
