/** `/metrics` as Prometheus reads it, after calls that were played through the real doors; and what dashboard and alerts read of it. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { createLog } from '../../src/log/log.ts'
import { labels } from '../../src/metrics/metrics.ts'
import { healthOf } from '../../src/server/health.ts'
import { type MetricsDoor, openMetrics } from '../../src/server/open-metrics.ts'
import { API_TOKEN, KEYS, openApp, type TestApp } from '../support/app.ts'
import { ask } from '../support/ask.ts'
import { people } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'
import { type MetricsPage, readIn, readPage } from './read-page.ts'

const { first: HANNA, second: OLIVER, nobody } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
const TOKEN = 'a-token-of-prometheus-that-is-long-enough'
const CALLER = '+492215550142'

let app: TestApp
let door: MetricsDoor
let page: MetricsPage
let text: string
const sids: string[] = []

const scrape = (path = '/metrics', token: string | null = TOKEN, method = 'GET') =>
  ask(door.port, method, path, token === null ? {} : { authorization: `Bearer ${token}` })

/** A call to the PIN prompt, these keys there, and its end; `waits`: it is not over. */
async function played(number: string, keyed: readonly string[], waits = false): Promise<void> {
  const call = phone(app, { brand: 'rheinnetz', from: CALLER })
  sids.push(call.sid)
  await call.toPin(number)
  for (const digits of keyed) await call.key(digits)
  if (!waits) await call.hangUp()
}

beforeAll(async () => {
  app = await openApp({ settings: { METRICS_PORT: '9464' } })
  const log = createLog({ level: 'silent' })
  const place = { host: '127.0.0.1', port: 0, token: TOKEN }
  const opened = await openMetrics(place, app.deps, healthOf(app.deps, log), log)
  if (opened === null) throw new Error('There is no /metrics.')
  door = opened
  await played(HANNA.number, [HANNA.pin])
  await played(HANNA.number, [HANNA.pin], true)
  await played(OLIVER.number, ['1397', '1397'])
  await played(OLIVER.number, ['1397'])
  await played(nobody, ['1397'])
  app.clock.turn(60_000)
  const { status, body } = await scrape()
  expect(status).toBe(200)
  text = body
  page = readPage(body)
})
afterAll(async () => {
  await door?.close()
  await app?.close()
})

describe('who may read it', () => {
  it('nobody does beside the webhooks', async () => {
    expect((await app.get('/metrics', API_TOKEN)).status).toBe(404)
  })

  it.each([
    ['nobody without a token', null],
    ['nobody with that of the API', API_TOKEN],
    ['nobody with a part of it', TOKEN.slice(0, -1)],
  ])('%s', async (_, token) => {
    const { status, body } = await scrape('/metrics', token)
    expect([status, body]).toEqual([401, 'A token is needed.\n'])
  })

  it('there is nothing else on that port, and nothing to write', async () => {
    expect((await scrape('/voice/incoming')).status).toBe(404)
    expect((await scrape('/metrics', TOKEN, 'POST')).status).toBe(405)
  })
})

describe('what was counted', () => {
  it.each<[what: string, name: string, labels: Record<string, string>, value: number]>([
    ['a verified call that ended', 'rufpass_calls_total', { brand: 'rheinnetz', outcome: 'verified' }, 1],
    ['right PINs', 'rufpass_verifies_total', { door: 'telephone', credential: 'pin', result: 'right' }, 2],
    ['wrong PINs', 'rufpass_verifies_total', { brand: 'rheinnetz', result: 'wrong' }, 3],
    ['a PIN for a number that nobody has', 'rufpass_verifies_total', { result: 'unknown' }, 1],
    ['the lock that began with the third', 'rufpass_locks_total', { brand: 'rheinnetz', tier: 'soft_1' }, 1],
    ['no other lock', 'rufpass_locks_total', { brand: 'rheinnetz', tier: 'hard' }, 0],
    ['a brand that nobody called', 'rufpass_locks_total', { brand: 'fuldanetz' }, 0],
    ['rings', 'rufpass_webhook_seconds_count', { route: 'incoming' }, 5],
    ['no turn that broke', 'rufpass_webhooks_total', { outcome: 'broken' }, 0],
    ['one caller who waits', 'rufpass_queue_waiting', {}, 1],
    ['and nobody who is there takes them', 'rufpass_queue_unattended', {}, 1],
    ['nobody at work', 'rufpass_agents_there', {}, 0],
    ['an outbox', 'rufpass_outbox_waiting', {}, 1],
    ['a database that works', 'rufpass_store_up', { store: 'database' }, 1],
    ['no statement without an answer', 'rufpass_reading_failed', {}, 0],
  ])('%s', (_, name, of, value) => {
    expect(page.of(name, of)).toBe(value)
  })

  it('how long the first has waited', () => {
    expect(page.of('rufpass_queue_longest_wait_seconds')).toBeGreaterThanOrEqual(60)
  })

  it('the stores, each time they are asked', () => {
    for (const store of ['database', 'live'])
      expect(page.of('rufpass_store_seconds_count', { store, result: 'ok' })).toBeGreaterThan(10)
  })
})

describe('nothing of a person', () => {
  it('is a label', () => {
    const own = new Set<string>([...labels, 'le'])
    expect(page.samples.flatMap((sample) => Object.keys(sample.labels)).filter((label) => !own.has(label))).toEqual([])
  })

  it('is the value of one', () => {
    const values = page.samples.flatMap(({ labels: { le: _, ...of } }) => Object.values(of))
    expect(values.filter((value) => !/^[a-z][a-z0-9_.]{0,63}$/.test(value) || /[0-9]{3}/.test(value))).toEqual([])
  })

  it('is on the page', () => {
    const never = [
      HANNA.number,
      OLIVER.number,
      nobody,
      CALLER,
      CALLER.slice(1),
      ...sids,
      ...Object.values(KEYS).map(String),
    ]
    expect(never.filter((each) => text.includes(each))).toEqual([])
  })
})

describe('what is read of it', () => {
  const json = JSON.parse(readFileSync('docs/prometheus/dashboard.json', 'utf8')) as {
    panels: { title: string; targets?: { expr: string; legendFormat: string }[] }[]
  }
  const { groups } = parse(readFileSync('docs/prometheus/alerts.yaml', 'utf8')) as {
    groups: { rules: { alert: string; expr: string }[] }[]
  }
  const panels = json.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const))
  const alerts = groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const))

  /** Labels that Prometheus itself adds. */
  const OF_PROMETHEUS = ['job', 'instance']
  const nameOf = (read: string): string => {
    const whole = read.replace(/_(bucket|count|sum)$/, '')
    return page.types.get(whole) === 'histogram' ? whole : read
  }
  /** What of an expression `/metrics` does not have: metrics, and labels of them. */
  const missingIn = (expr: string): string[] =>
    readIn(expr).flatMap(({ name, labels: used }) => {
      if (!page.types.has(nameOf(name))) return [name]
      const { labelNames } = metricOf(nameOf(name))
      return used
        .filter((label) => ![...labelNames, ...OF_PROMETHEUS, 'le'].includes(label))
        .map((label) => `${name} ${label}`)
    })
  const metricOf = (name: string) =>
    app.deps.counting?.metrics.registry.getSingleMetric(name) as unknown as { labelNames: string[] }

  it('is there, in each panel of the dashboard', () => {
    expect(panels.length).toBeGreaterThan(20)
    for (const [title, expr] of panels) expect([title, missingIn(expr)]).toEqual([title, []])
  })

  it('is there, in each alert', () => {
    expect(alerts.length).toBeGreaterThan(10)
    for (const [alert, expr] of alerts) expect([alert, missingIn(expr)]).toEqual([alert, []])
  })

  it('is all that there is: no metric is without a panel', () => {
    const shown = new Set(panels.flatMap(([, expr]) => readIn(expr).map(({ name }) => nameOf(name))))
    expect([...page.types.keys()].filter((name) => !shown.has(name))).toEqual([])
  })
})
