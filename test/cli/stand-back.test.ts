import { existsSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { message, startChild } from '../support/children.ts'

const where = existsSync('/proc/self/task') ? it : it.skip
where('all threads of an import, also those that hash, stand back behind a running server', async () => {
  const child = startChild(new URL('./processes/stand-back.ts', import.meta.url))
  const { before, after } = await message<{ before: number[]; after: number[] }>(child)
  const highest = Math.max(...before)
  expect(after.length).toBeGreaterThan(1)
  expect(Math.min(...after)).toBeGreaterThan(highest)
})
