/** Logs lines, says what of them has been written by then, and ends in the way that it is told. */
import { createLog } from '../../../src/log/log.ts'

const log = createLog({ level: 'info' })
for (let n = 0; n < 3; n++) log.info({ count: n }, 'line')
if (process.argv[2] === 'error') {
  log.error({}, 'broken')
  process.kill(process.pid, 'SIGKILL')
}
if (process.argv[2] === 'exception') throw new Error('on purpose')
process.exit(0)
