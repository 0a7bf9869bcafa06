/** Guessing from several processes at once, and kill -9 in the middle of a try. Only real Postgres serves several processes. */
import type { ChildProcess } from 'node:child_process'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { openApp, type TestApp } from '../support/app.ts'
import { killHard, message, startChild } from '../support/children.ts'
import { counted, measured } from '../support/measured.ts'
import { people, wrongPin } from '../support/people.ts'
import { nextStep, phone } from '../support/phone-call.ts'
import { callSid, gathered, PUBLIC_BASE_URL, signForm, twilioFields } from '../support/signing.ts'
import { describePostgres } from '../support/stores.ts'

const { first: HANNA, second: OLIVER } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
const guessing = new URL('./processes/guess.ts', import.meta.url)
const serving = new URL('./processes/server.ts', import.meta.url)

describePostgres('the lock, behind several processes', (postgres) => {
  let url = ''
  const children: ChildProcess[] = []
  let app: TestApp

  beforeAll(async () => {
    url = await postgres().createDatabase({ migrated: true })
    app = await openApp({ database: url })
  })
  afterAll(async () => {
    // After a failure some may still wait to be killed.
    await Promise.all(
      children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null).map(killHard),
    )
    await app.close()
  })

  function start(script: URL, ...args: string[]): ChildProcess {
    const child = startChild(script, ...args)
    children.push(child)
    return child
  }

  async function accountOf(number: string): Promise<{ ref: string; subject: string }> {
    const found = await app.deps.source.find(
      { brand: 'rheinnetz', value: number, kinds: ['customer_number'] },
      new Date(),
    )
    if (found.kind !== 'found') throw new Error(`nobody has ${number}`)
    return { ref: found.account.ref, subject: `account:rheinnetz/${found.account.ref}` }
  }

  async function isVerified(number: string, pin: string): Promise<boolean> {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(number)
    await call.key(pin)
    return (await app.deps.live.calls.get(call.sid))?.assurance.level === 2
  }

  it('compares exactly 3 of 10,000 wrong PINs with the stored verifier, keyed in 4 processes at once (threat 1)', async () => {
    const { ref, subject } = await accountOf(OLIVER.number)
    const guessers = Array.from({ length: 4 }, () => start(guessing, url, ref, subject, '2500', '50', OLIVER.pin))
    await Promise.all(guessers.map((child) => message(child)))
    const results = guessers.map((child) => message<Record<string, number>>(child))
    for (const child of guessers) child.send('go')
    const sum = (await Promise.all(results)).reduce((all, one) =>
      Object.fromEntries(Object.entries(all).map(([key, n]) => [key, n + (one[key] ?? 0)])),
    )
    measured(
      `${counted(sum.failed ?? 0)} wrong PINs from four processes on one account, limit 3`,
      `${sum.compared} compared with the stored verifier`,
    )
    expect(sum).toEqual({
      compared: 3,
      verified: 0,
      verified_weak: 0,
      replace_only: 0,
      failed: 10_000,
      unchecked: 0,
      unavailable: 0,
    })
    expect(await isVerified(OLIVER.number, OLIVER.pin)).toBe(false)
    expect(await app.deps.attempts.lockState(subject)).toMatchObject({ consecutive: 3, total: 3 })
  })

  it('counts every try over kill -9 between the try and its answer, and refuses the right PIN when locked (threat 28)', async () => {
    const victims = [HANNA, { number: '628405919', pin: '6048' }, { number: '481629079', pin: '9153' }]
    const subjects = await Promise.all(victims.map(async ({ number }) => (await accountOf(number)).subject))
    const counted = async () =>
      Promise.all(subjects.map(async (subject) => (await app.deps.attempts.lockState(subject)).consecutive))
    // Killed with the try spent and not compared, and compared and not answered. In the last, locked, nothing is spent.
    const moments = ['hashing', 'settled', 'hashing', 'hashing']
    const servers = moments.map((moment) => start(serving, url, moment))
    const ports = await Promise.all(servers.map((child) => message<{ port: number }>(child)))
    let interrupted = 0
    for (const [n, child] of servers.entries()) {
      const calls = victims.map(({ number, pin }, v) => {
        // The third is the right PIN: what it would have opened dies with its process.
        const keyed = n === 2 ? pin : wrongPin(pin, n + 1)
        return { sid: callSid(0xd000 + n * 16 + v), number, keyed, port: ports[n]?.port ?? 0 }
      })
      expect(await keyAndKill(child, calls)).toEqual(calls.map(() => 'killed'))
      interrupted += calls.length
      expect(await counted()).toEqual(victims.map(() => Math.min(3, n + 1)))
    }
    const opened = await Promise.all(victims.map(({ number, pin }) => isVerified(number, pin)))
    expect(opened).toEqual(victims.map(() => false))
    expect(await counted()).toEqual([3, 3, 3])
    const rows = await app.deps.database.db.selectFrom('pin_attempt').select(['reserved', 'subject']).execute()
    const reserved = rows.filter((row) => row.reserved && subjects.includes(row.subject)).length
    measured(
      `${interrupted} tries interrupted by ${servers.length} hard kills, 9 before their lock`,
      `${reserved} spent, and counted`,
    )
    expect(reserved).toBe(9)
  })
})

interface Keying {
  sid: string
  number: string
  keyed: string
  port: number
}

/** Walks calls to the PIN on the child's server, keys it in all of them, and kills the child when all are at its moment. */
async function keyAndKill(child: ChildProcess, calls: readonly Keying[]): Promise<string[]> {
  const atPin: [Keying, string][] = []
  for (const call of calls) {
    let heard = await post(call, '/voice/incoming', {})
    for (const digits of ['1', call.number]) heard = await post(call, nextStep(heard) ?? '', gathered(digits))
    atPin.push([call, nextStep(heard) ?? ''])
  }
  const allReached = new Promise<void>((resolve) => {
    let reached = 0
    child.on('message', () => {
      reached += 1
      if (reached === calls.length) resolve()
    })
  })
  const answered = atPin.map(([call, step]) => post(call, step, gathered(call.keyed)))
  await allReached
  await killHard(child)
  return Promise.all(answered)
}

/** A signed webhook; what came back, or that nothing did. */
function post({ sid, port }: Keying, path: string, over: Record<string, string>): Promise<string> {
  const fields = twilioFields({ CallSid: sid, From: 'anonymous', ...over })
  const { headers, body } = signForm(PUBLIC_BASE_URL + path, fields)
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(text))
      response.on('error', () => resolve('killed'))
    })
    sent.on('error', () => resolve('killed'))
    sent.end(body)
  })
}
