/** The lock against several processes at once, kill -9, and a wrong clock. Only real Postgres serves several processes. */
import type { ChildProcess } from 'node:child_process'
import { beforeAll, expect, it } from '@jest/globals'
import { STRANGERS_IN_A_ROW } from '../../src/auth/lockout.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { killHard, message, startChild } from '../support/children.ts'
import { describePostgres } from '../support/stores.ts'
import { pass } from '../support/tries.ts'

const guess = new URL('./processes/guess.ts', import.meta.url)
const spend = new URL('./processes/spend.ts', import.meta.url)

interface Guessed {
  reserved: number
  locked: number
  repeated: number
  clock: number
}

describePostgres('the lock between processes', (postgres) => {
  let url = ''
  let store: Database

  beforeAll(async () => {
    url = await postgres().createDatabase({ migrated: true })
    store = await openDatabase(url)
  })

  async function guessFrom(processes: number, subject: string, each: number, clockAheadMs = 0): Promise<Guessed[]> {
    const children = Array.from({ length: processes }, () =>
      startChild(guess, url, subject, String(each), '50', String(clockAheadMs)),
    )
    await Promise.all(children.map((child) => message(child)))
    const results = children.map((child) => message<Guessed>(child))
    for (const child of children) child.send('go')
    return Promise.all(results)
  }

  it('lets 3 of 10,000 wrong guesses from 4 processes be compared (threat 1)', async () => {
    const started = performance.now()
    const results = await guessFrom(4, 'account:rheinnetz/raced', 2500)
    const sum = (kind: 'reserved' | 'locked' | 'repeated') => results.reduce((all, one) => all + one[kind], 0)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.info(`threat 1: ${sum('reserved')} of ${sum('reserved') + sum('locked')} guesses compared, ${seconds} s`)
    expect({ reserved: sum('reserved'), locked: sum('locked'), repeated: sum('repeated') }).toEqual({
      reserved: 3,
      locked: 9997,
      repeated: 0,
    })
    expect(await createAttempts(store.db).lockState('account:rheinnetz/raced')).toMatchObject({
      consecutive: 3,
      total: 3,
    })
  })

  it('lets strangers compare 3, 3 and 1 when each lock is waited for, and then none (threat 1)', async () => {
    const subject = 'account:rheinnetz/patient'
    const compared: number[] = []
    for (let round = 0; round < 5; round++) {
      const results = await guessFrom(1, subject, 500)
      compared.push(results.reduce((all, one) => all + one.reserved, 0))
      await pass(store.db, 25, subject)
    }
    expect(compared).toEqual([3, 3, 1, 0, 0])
    expect(compared.reduce((all, one) => all + one)).toBe(STRANGERS_IN_A_ROW)
  })

  it('holds when the clock of the process is a day ahead (threat 29)', async () => {
    const subject = 'account:rheinnetz/clock'
    await guessFrom(1, subject, 5)
    const [ahead] = await guessFrom(1, subject, 20, 86_400_000)
    expect(ahead?.clock).toBeGreaterThan(Date.now() + 86_000_000)
    expect(ahead).toMatchObject({ reserved: 0, locked: 20 })
  })

  it('keeps every spent try over kill -9 between the try and its answer (threat 28)', async () => {
    const kills = 12
    let reported = 0
    for (let first = 0; first < kills; first += 4) {
      const started = [0, 1, 2, 3].map((i) => spendUntilKilled(`account:rheinnetz/kill${first + i}-`, first + i))
      for (const { prefix, begun, reserved } of await Promise.all(started)) {
        const rows = await store.db.selectFrom('pin_state').selectAll().where('subject', 'like', `${prefix}%`).execute()
        const counts = new Map(rows.map((row) => [row.subject, row.consecutive]))
        for (const i of reserved) expect(counts.get(`${prefix}${i}`)).toBe(1)
        for (const count of counts.values()) expect(count).toBeLessThanOrEqual(1)
        expect(counts.size).toBeLessThanOrEqual(begun.length)
        reported += reserved.length
      }
    }
    console.info(`threat 28: ${kills} kills, ${reported} tries reported as spent, all counted`)
    expect(reported).toBeGreaterThanOrEqual(kills)
  })

  /** Kills the child after its n-th spent try has been reported, which hits it somewhere in one of the next. */
  async function spendUntilKilled(prefix: string, n: number) {
    const child: ChildProcess = startChild(spend, url, prefix)
    const [begun, reserved]: [number[], number[]] = [[], []]
    await new Promise<void>((resolve) => {
      child.on('message', (said: { begun?: number; reserved?: number }) => {
        if (said.begun !== undefined) begun.push(said.begun)
        if (said.reserved !== undefined) reserved.push(said.reserved)
        if (reserved.length > n) resolve()
      })
    })
    await killHard(child)
    return { prefix, begun, reserved }
  }
})
