/** Tells the priority of each of its threads (`nice`, field 19 of their stat), before and after, with those that hash at work. */
import { readdirSync, readFileSync } from 'node:fs'
import { hashRaw } from '@node-rs/argon2'
import { standBack } from '../../../src/cli/stand-back.ts'

const nice = (): number[] =>
  readdirSync('/proc/self/task').map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
  })
const work = (): Promise<unknown> =>
  Promise.all([1, 2, 3, 4].map(() => hashRaw('1234', { memoryCost: 8, timeCost: 1 })))

await work()
const before = nice()
standBack()
await work()
process.send?.({ before, after: nice() })
