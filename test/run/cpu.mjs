/** What a process has used of the processors, in seconds, user and system. Linux only: elsewhere its children count nothing. */
import { existsSync, readFileSync } from 'node:fs'

/** Linux counts in hundredths on every machine that Node runs on (USER_HZ; man 7 time). */
const TICKS_PER_SECOND = 100

/** Of this process and of all its descendants that have ended and were waited for. */
export function cpuSeconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6 + childrenSeconds()
}

function childrenSeconds() {
  if (!existsSync('/proc/self/stat')) return 0
  // The name, in brackets, may hold spaces. After it, cutime and cstime are the 14th and 15th (man 5 proc).
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND
}
