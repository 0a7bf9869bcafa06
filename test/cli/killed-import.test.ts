import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { openDatabase } from '../../src/store/database.ts'
import { killHard, message, startChild } from '../support/children.ts'
import { csv, customers, dump, file, importLines, noting } from '../support/customers.ts'

describe('an import that is killed', () => {
  it('goes on where it was, with every account whole', async () => {
    const lines = customers(500, (n) => ({ pin: '4826', phone_numbers: `0301${String(n).padStart(7, '0')}` }))
    const directory = join(mkdtempSync(join(tmpdir(), 'rufpass-killed-')), 'db')
    const child = startChild(new URL('./processes/import.ts', import.meta.url), directory, file(csv(lines)))
    const first = await message<number>(child)
    await killHard(child)

    const { db, close } = await openDatabase(directory)
    const there = async (table: 'account' | 'identifier' | 'verifier') =>
      Number((await db.selectFrom(table).select(db.fn.countAll().as('n')).executeTakeFirstOrThrow()).n)
    const survived = await there('account')
    expect(survived).toBeGreaterThanOrEqual(first)
    expect(survived).toBeLessThan(lines.length)
    expect([await there('identifier'), await there('verifier')]).toEqual([survived * 2, survived])

    const verifier = noting()
    expect(await importLines(db, lines, { verifier })).toMatchObject({
      new: lines.length - survived,
      changed: 0,
      same: survived,
      bad: 0,
    })
    expect(verifier.made).toHaveLength(lines.length - survived)
    const before = await dump(db)
    await importLines(db, lines, { verifier })
    expect(await dump(db)).toBe(before)
    await close()
  })
})
