/** `rufpass portal` as a process: what it serves, and that it does not start where it could serve the voice too. */
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { rufpass, startRufpass } from '../support/command.ts'
import { freePort } from '../support/free-port.ts'
import { type LookUpStand, openLookUp, SECOND_FACTOR } from '../support/look-up.ts'
import { people } from '../support/people.ts'
import { describePostgres } from '../support/stores.ts'

const { first: HANNA } = people.rheinnetz as NonNullable<typeof people.rheinnetz>

describePostgres('rufpass portal', (postgres) => {
  let stand: LookUpStand
  beforeAll(async () => {
    stand = await openLookUp(postgres())
  })
  afterAll(() => stand.close())
  const settings = () => ({ ...stand.settings, DATABASE_URL: stand.urls.portal })

  it('says everything at once that keeps it from starting, and quotes no key', async () => {
    const { code, out, err } = await rufpass(['portal'], {
      LOOKUP_IDENTITY: stand.identity,
      TWILIO_AUTH_TOKEN: 'a-token',
    })
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('TWILIO_AUTH_TOKEN must not be set')
    for (const name of ['DATABASE_URL', 'PORTAL_JWKS', 'PIN_KEYS', 'SUBJECT_KEY'])
      expect(err).toContain(`${name} must be`)
    expect(err).not.toContain(stand.identity)
  })

  it('serves the portal and nothing else, and ends when it is asked to', async () => {
    const chosen = '8264'
    await stand.portal.as(HANNA.number, 'PUT', 'pin', { pin: chosen })
    const port = await freePort()
    const metricsPort = await freePort()
    const child = startRufpass(['portal'], {
      ...settings(),
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      LOG_LEVEL: 'info',
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (piece) => {
        said += piece
      })
    const ended = once(child, 'exit')
    while (!said.includes('The portal listens')) {
      if (child.exitCode !== null || !child.stdout) throw new Error(said)
      await Promise.race([once(child.stdout, 'data'), ended])
    }
    // The process has the time of day.
    const seconds = Math.floor(Date.now() / 1000)
    const token = await stand.portal.token(HANNA.number, {
      acr: SECOND_FACTOR,
      auth_time: seconds - 60,
      exp: seconds + 120,
    })
    const shown = await stand.portal.ask('POST', 'reveal', token, undefined, port)
    const others = ['/voice/incoming', '/desk', '/api/v1/calls', '/phone', '/tray', '/api/openapi.json']
    const answers = await Promise.all(
      others.map(async (path) => (await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST' })).status),
    )
    const page = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    child.kill('SIGTERM')
    const [code] = await ended
    expect(shown).toMatchObject({ status: 200, body: { pin: chosen } })
    expect(answers).toEqual(others.map(() => 404))
    expect(page).toContain('rufpass_portal_acts_total{kind="look_up",result="spent"} 1\n')
    expect(page).toContain('rufpass_store_up{store="database"} 1\n')
    expect(page).not.toContain(HANNA.number)
    expect(code).toBe(0)
    expect(said).not.toContain(chosen)
  })
})
