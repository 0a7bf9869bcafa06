/** `import.ts DIRECTORY FILE`: imports into an embedded store, PINs hashed as they really are; reports every batch. */
import { createVerifier } from '../../../src/auth/verifier.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { importAccounts } from '../../../src/store/import/import.ts'
import { brands } from '../../support/customers.ts'

const [directory = '', file = ''] = process.argv.slice(2)
const database = await openDatabase(directory)
await importAccounts(database.db, file, {
  brands,
  verifier: createVerifier({ current: 'test', byId: new Map([['test', Buffer.alloc(32, 7)]]) }),
  replacePins: false,
  hashesAtOnce: 4,
  now: () => new Date(),
  onBadLine: () => {},
  onProgress: ({ lines }) => process.send?.(lines),
})
await database.close()
process.disconnect?.()
