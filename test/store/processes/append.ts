/** `append.ts DIRECTORY`: appends events one after the other and reports each that was acknowledged, until killed. */
import { openDatabase } from '../../../src/store/database.ts'
import { createEventLog } from '../../../src/store/events.ts'

const [directory = ''] = process.argv.slice(2)
const database = await openDatabase(directory)
const events = createEventLog(database.db)
for (let i = 0; ; i++) {
  const callId = `CA${i}`
  await events.append({ kind: 'end', callId, brand: 'rheinnetz', ref: null, actor: 'caller', facts: { n: i } })
  process.send?.(i)
}
