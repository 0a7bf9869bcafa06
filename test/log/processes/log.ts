/** Logs lines, says what of them has been written by then, and ends in the way that it is told. */
import { createLog } from '../../../src/log/log.ts'
import { outliveRejections } from '../../../src/log/rejections.ts'

const log = createLog({ level: 'info' })
for (let n = 0; n < 3; n++) log.info({ count: n }, 'line')
if (process.argv[2] === 'error') {
  log.error({}, 'broken')
  process.kill(process.pid, 'SIGKILL')
}
if (process.argv[2] === 'exception') throw new Error('on purpose')
if (process.argv[2] === 'rejection') {
  outliveRejections(log)
  void Promise.reject(new Error('on purpose'))
  await new Promise((resolve) => setTimeout(resolve, 1))
  log.info({}, 'goes on')
}
process.exit(0)
