/** Through the whole app: delivering any webhook again changes nothing. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Caller, CallerMoment, Deed, PhoneEvent } from '../../src/simulator/engine/caller.ts'
import { createPhone } from '../../src/simulator/engine/phone.ts'
import fc from '../support/by-chance.ts'
import { times } from '../support/counts.ts'
import { type DemoLine, type DemoServer, openDemoServer } from '../support/demo-server.ts'

/** What callers of two demo hotlines key: topics, numbers that somebody has or nobody, right and wrong secrets, nonsense. */
const hotlines = [
  {
    called: '+494066969200',
    from: '+491713920001',
    begins: [['1', '20593847#', '8530'], ['1', '20593847#'], ['1', '1#'], ['9', '1', '20593848#'], ['1']],
    keys: ['1', '1', '9', '20593847#', '20593848#', '1#', '8530', '8530', '8530', '1470', '1470', '*#', '#', '2'],
  },
  {
    called: '+498999998300',
    from: null,
    begins: [['1', '53062941#', '4683#'], ['1', '53062941#'], ['9', '1', '8949039200531730522#'], ['1']],
    keys: [
      '1',
      '1',
      '9',
      '53062941#',
      '53173052#',
      '4683#',
      '4683#',
      '48150936#',
      '90463718#',
      '1470#',
      '8949039200531730522#',
      '#',
      '3',
    ],
  },
]

interface Doing {
  called: string
  from: string | null
  /** One entry each; null: says nothing. */
  entries: (string | null)[]
  /** How the queue gives them back, if they ever get there. */
  returned: 'bridged' | 'queue-full' | null
}

const callers: fc.Arbitrary<Doing> = fc.constantFrom(...hotlines).chain(({ called, from, begins, keys }) =>
  fc.record({
    called: fc.constant(called),
    from: fc.constant(from),
    // The beginning that leads somewhere, and then anything.
    entries: fc
      .tuple(fc.constantFrom(...begins), fc.array(fc.option(fc.constantFrom(...keys), { freq: 8 }), { maxLength: 9 }))
      .map(([first, rest]) => [...first, ...rest]),
    returned: fc.constantFrom('bridged', 'queue-full', null),
  }),
)

let server: DemoServer
beforeAll(async () => {
  server = await openDemoServer()
})
afterAll(() => server.close())

/** Keys one entry whenever keys are waited for, and hangs up when there is nothing left to do. */
function callerOf({ entries, returned }: Doing, line: DemoLine): Caller {
  const left = entries.map((entry) => (entry === null ? null : [...entry]))
  let silent = false
  async function deed(ms: number, moment: CallerMoment): Promise<Deed | null> {
    await line.clock.wait(Math.min(300, ms))
    if (moment.inQueue) return returned === null ? { kind: 'hang_up' } : { kind: 'returned', result: returned }
    if (moment.what !== 'keys' || silent) return line.clock.wait(Math.max(0, ms - 300)).then(() => null)
    const entry = left[0]
    if (entry === undefined) return { kind: 'hang_up' }
    const key = entry?.shift()
    if (entry === null) {
      silent = true
      left.shift()
      return line.clock.wait(Math.max(0, ms - 300)).then(() => null)
    }
    if (key !== undefined) return { kind: 'key', key }
    left.shift()
    return line.clock.wait(Math.max(0, ms - 300)).then(() => null)
  }
  return {
    within: deed,
    dropKeys() {
      // An entry that its length has ended; a hash left over is the next entry's.
      if (left[0]?.length === 0) left.shift()
      return 0
    },
    entryOver() {
      silent = false
    },
  }
}

interface Sent {
  url: string
  options: RequestInit
}

/** What the network does: how often it delivers the next webhook, which earlier one it brings again, and the end. */
interface Network {
  times(): number
  earlier(sent: Sent[]): Sent[]
  afterwards(sent: Sent[]): Sent[]
}

const KIND: Network = { times: () => 1, earlier: () => [], afterwards: () => [] }

/** Sends a request once more, without the patience of the first. */
function deliver({ url, options: { signal: _signal, ...options } }: Sent): Promise<Response> {
  return fetch(url, options)
}

/** The place in the queue is told once: of those who ask together, one hears it, and the others wait in quiet. */
async function told(url: string, answers: [Response, ...Response[]]): Promise<[Response, ...Response[]]> {
  if (!new URL(url).pathname.endsWith('/voice/wait')) return answers
  const speaks = await Promise.all(answers.map(async (answer) => (await answer.clone().text()).includes('<Say')))
  const [first, ...others] = answers.filter((_, n) => speaks[n])
  return first ? [first, ...others] : answers
}

/** A call: what was noticed of it, and all that is left of it. */
async function play(doing: Doing, network: Network) {
  const line = await server.begin()
  const { db } = line.deps.database
  const before = await db
    .selectFrom('event')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst()
  const sent: Sent[] = []
  const carrying: typeof fetch = async (url, options = {}) => {
    const webhook = { url: String(url), options }
    sent.push(webhook)
    const copies = Array.from({ length: network.times() - 1 }, () => deliver(webhook))
    const [first, ...others] = await told(webhook.url, await Promise.all([fetch(url, options), ...copies]))
    const answer = await first.clone().text()
    for (const other of others) expect(await other.text()).toBe(answer)
    for (const earlier of network.earlier(sent)) await deliver(earlier)
    return first
  }
  const noticed: PhoneEvent[] = []
  const caller = callerOf(doing, line)
  const events = (event: PhoneEvent): void => void (event.kind !== 'dialled' && noticed.push(event))
  const { callSid, ...end } = await createPhone({ ...line, fetch: carrying, caller, events }).call({
    to: doing.called,
    from: doing.from,
  })
  for (const late of network.afterwards(sent)) await deliver(late)

  const call = await line.deps.live.calls.get(callSid)
  const states = await db.selectFrom('pin_state').selectAll().orderBy('subject').execute()
  return {
    noticed,
    end: { ...end, seconds: 0 },
    // Without what names this call, and without the moments: a doubled delivery takes its time.
    call: JSON.stringify(call)
      .replaceAll(callSid, 'CA')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then'),
    waiting: await line.deps.floorStore.list(line.clock.now()),
    states: states.map(({ subject, tries, consecutive, hard_locked, failures, locked_until }) => {
      return { subject, tries, consecutive, hard_locked, failures: failures.length, locked: locked_until !== null }
    }),
    tries: await db
      .selectFrom('pin_attempt')
      .select(['subject', 'outcome', 'reserved', 'serial'])
      .orderBy('at')
      .execute(),
    events: await db
      .selectFrom('event')
      .select(['kind', 'ref', 'facts'])
      .where('id', '>', before?.id ?? 0)
      .orderBy('id')
      .execute(),
  }
}

it('leaves everything as it was, whichever webhooks come again, together, later or after the end', async () => {
  const seen = { tries: 0, right: 0, again: 0 }
  const choices = fc.tuple(fc.infiniteStream(fc.integer({ min: 1, max: 3 })), fc.infiniteStream(fc.nat(1000)))
  await fc.assert(
    fc.asyncProperty(callers, choices, async (doing, [times, which]) => {
      const plain = await play(doing, KIND)
      const disturbed = await play(doing, {
        times: () => times.next().value ?? 1,
        earlier: (sent) => sent.slice((which.next().value ?? 0) % sent.length).slice(0, 1),
        afterwards(sent) {
          seen.again += sent.length
          return sent
        },
      })
      expect(disturbed).toEqual(plain)
      seen.tries += plain.tries.length
      seen.right += plain.tries.filter(({ outcome }) => outcome === 'right').length
    }),
    { numRuns: times(10, 60) },
  )
  expect(seen.again).toBeGreaterThan(30)
  expect(seen.tries).toBeGreaterThan(1)
  expect(seen.right).toBeGreaterThan(0)
})
