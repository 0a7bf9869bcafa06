/** `spend.ts URL PREFIX`: spends one try on each of PREFIX0, PREFIX1, …, and reports every one before and after, until killed. */
import { createAttempts } from '../../../src/store/attempts.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { pinTry } from '../../support/tries.ts'

const [url = '', prefix = ''] = process.argv.slice(2)
const database = await openDatabase(url)
const attempts = createAttempts(database.db)
for (let i = 0; ; i++) {
  process.send?.({ begun: i })
  await attempts.reserve(pinTry(`${prefix}${i}`))
  process.send?.({ reserved: i })
}
