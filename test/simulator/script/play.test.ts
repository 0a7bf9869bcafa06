import { describe, expect, it } from '@jest/globals'
import type { PhoneEvent } from '../../../src/simulator/engine/caller.ts'
import { createFastClock } from '../../../src/simulator/engine/clock.ts'
import type { SeenCall } from '../../../src/simulator/script/facts.ts'
import { playTranscript } from '../../../src/simulator/script/play.ts'
import { createRecorder } from '../../../src/simulator/script/record.ts'
import { parseTranscript, printTranscript } from '../../../src/simulator/script/transcript.ts'
import { type Documents, START, startScripted } from '../scripted-server.ts'

const say = (text: string) => `<Say language="de-DE">${text}</Say>`
const gather = (action: string, attributes: string, ...texts: string[]) =>
  `<Gather action="${action}" actionOnEmptyResult="true" ${attributes}>${texts.map(say).join('')}</Gather>`

/** A small hotline: a number, a PIN, a queue that can give the call back. */
const hotline: Documents = {
  '/voice/incoming': gather('/number', 'timeout="10"', 'Guten Tag.', 'Ihre Kundennummer, dann Raute.'),
  '/number': (form, time) =>
    form.Digits
      ? gather('/pin', 'numDigits="4"', 'Ihre PIN.')
      : time > 1
        ? `${say('Auf Wiederhören.')}<Hangup/>`
        : gather('/number', 'timeout="13"', 'Wie bitte?'),
  '/pin': (form) =>
    form.Digits === '4711'
      ? `${say('Danke.')}<Enqueue action="/left" waitUrl="/wait">rheinnetz.bill</Enqueue>`
      : gather('/pin', 'numDigits="4"', 'Das ging nicht.'),
  '/wait': `${say('Sie sind als Nächste dran.')}<Pause length="20"/>`,
  '/left': `${say('Danke für Ihren Anruf.')}<Hangup/>`,
  '/voice/fallback': `${say('Einen Moment.')}<Dial>+493023125400</Dial>`,
}
const HEAD = 'called: +492214710100\nfrom: +491713920001\n'
const VERIFIED: SeenCall = {
  assurance: { level: 2, method: 'pin' },
  outcome: 'verified',
  topic: 'bill',
  language: 'de',
  account: { customerNumber: '12345676' },
  ticket: null,
}

async function play(body: string, documents = hotline, context: SeenCall | null = VERIFIED) {
  const server = await startScripted(documents)
  const clock = createFastClock(START)
  const recorder = createRecorder({
    title: 'saved',
    called: '+492214710100',
    from: '+491713920001',
    at: START,
    hide: false,
  })
  const events: PhoneEvent[] = []
  /** At which webhook the context was read. */
  let readAfter = -1
  try {
    const end = await playTranscript(parseTranscript(HEAD + body, 'one.txt'), {
      ...server,
      clock,
      name: 'one.txt',
      events(event) {
        events.push(event)
        recorder.notice(event)
      },
      async context() {
        readAfter = server.asked.length
        return context
      },
    })
    return { end, server, events, readAfter, saved: printTranscript(recorder.transcript(context)) }
  } finally {
    await server.close()
  }
}

const VERIFIED_CALL = `
hears de: Guten Tag.
hears de: Ihre Kundennummer, …
keys: 12345676#
hears de: Ihre PIN.
keys: 4711
hears de: Danke.
queue: rheinnetz.bill
`

describe('playing', () => {
  it('plays a call into the queue, reads what the agents see while it waits there, and hangs up', async () => {
    const { end, server, readAfter } = await play(
      `${VERIFIED_CALL}level: 2\noutcome: verified\nmethod: pin\nticket: none\n`,
    )
    expect(end).toMatchObject({ by: 'caller', handedTo: { kind: 'queue', queue: 'rheinnetz.bill' } })
    expect(server.asked.map(({ path }) => path)).toEqual([
      '/voice/incoming',
      '/number',
      '/pin',
      '/wait',
      '/left',
      '/voice/status',
    ])
    expect(server.asked.every(({ signed }) => signed)).toBe(true)
    expect(readAfter).toBe(4)
    expect(server.to('/number')[0]?.form).toMatchObject({ Digits: '12345676', FinishedOnKey: '#' })
  })

  it('plays silence, interruptions, extra keys and a hang-up', async () => {
    const { server, events } = await play(`
hears de: Guten Tag.
interrupts: 1
hears de: Ihre PIN.
keys: 12345
hears de: Das ging nicht.
caller hangs up
`)
    expect(server.to('/number')[0]?.form).toMatchObject({ Digits: '1', FinishedOnKey: '' })
    expect(server.to('/pin')[0]?.form.Digits).toBe('1234')
    expect(events).toContainEqual({ kind: 'keys_lost', count: 1 })
    const silent = await play(`
hears de: Guten Tag.
hears de: …
silence
hears de: Wie bitte?
waits: 9 s
keys: #
hears de: Auf Wiederhören.
hotline hangs up
`)
    expect(silent.server.to('/number').map(({ form }) => form.FinishedOnKey)).toEqual(['', '#'])
  })

  it('waits in the queue, is taken by an agent, and hears what comes after', async () => {
    const { server, end } = await play(`${VERIFIED_CALL}waits: 100 s
returned: bridged
hears de: Danke für Ihren Anruf.
hotline hangs up
`)
    expect(server.to('/wait').length).toBeGreaterThan(4)
    expect(server.to('/left')[0]?.form.QueueResult).toBe('bridged')
    expect(end.by).toBe('hotline')
  })

  it('may listen to what is said in the queue', async () => {
    await play(`${VERIFIED_CALL}hears de: Sie sind als …\nwaits: 20 s\ncaller hangs up\n`)
    await expect(play(`${VERIFIED_CALL}hears de: Sie sind die Letzte.\n`)).rejects.toThrow(/one.txt:11: .*differs/)
  })

  it('plays faults where they stand', async () => {
    const { server } = await play(`webhook: twice
hears de: Guten Tag.
hears de: Ihre Kundennummer, dann Raute.
keys: 123#
webhook: dropped
hears de: Ihre PIN.
keys: 4711
webhook: late
fallback: 11200
hears de: Einen Moment.
dial: +493023125400
caller hangs up
webhook: twice
`)
    expect(server.asked.map(({ path }) => path)).toEqual([
      '/voice/incoming',
      '/voice/incoming',
      '/number',
      '/number',
      '/voice/fallback',
      '/pin',
      '/voice/status',
      '/voice/status',
    ])
  })

  it('saves what it plays, so that it can be played again', async () => {
    const first = await play(`${VERIFIED_CALL}hears de: Sie sind als Nächste dran.\ncaller hangs up\n`)
    expect(first.saved).toContain('keys: 12345676#\n')
    expect(first.saved).toContain('\nlevel: 2\nmethod: pin\noutcome: verified\ntopic: bill\n')
    const again = await play(first.saved.replace(/^title: .*\ncalled: .*\nfrom: .*\n/, ''))
    expect(again.saved).toBe(first.saved)
  })
})

describe('differences', () => {
  it('shows both sides and where they part', async () => {
    await expect(play('hears de: Guten Morgen.\n')).rejects.toThrow(
      [
        'one.txt:3: this line differs from what happened:',
        '  written   hears de: Guten Morgen.',
        '  happened  hears de: Guten Tag.',
        '                            ^',
      ].join('\n'),
    )
  })

  const UP_TO_PIN = VERIFIED_CALL.slice(0, VERIFIED_CALL.indexOf('keys: 4711'))
  it.each([
    ['another language', 'hears en: Guten Tag.\n', /one.txt:3: this line differs/],
    ['a sentence left out', 'hears de: Guten Tag.\nkeys: 1#\n', /:4: .*\n.*keys: 1#\n.*Ihre Kundennummer/],
    [
      'a prompt that is not there',
      `${UP_TO_PIN}hears de: Noch etwas.\n`,
      /:8: .*waits for keys; write keys: or silence/,
    ],
    ['an end that comes too early', UP_TO_PIN, /:7: the transcript ends here, but the hotline waits for keys/],
    ['another queue', VERIFIED_CALL.replace('queue: rheinnetz.bill', 'queue: rheinnetz.help'), /:10: .*differs/],
    ['no queue', VERIFIED_CALL.replace('queue: rheinnetz.bill', 'hotline hangs up'), /:10: .*differs/],
    ['a wait longer than the hotline’s', `${UP_TO_PIN}waits: 6 s\n`, /:8: the hotline waits only 5 s/],
    ['hidden keys', `${UP_TO_PIN}keys: (hidden)\n`, /:8: the keys of this line were hidden/],
    ['another level', `${VERIFIED_CALL}level: 1\n`, /:11: level is '2' at the end of the call, not '1'/],
    ['another fact', `${VERIFIED_CALL}level: 2\naccount: none\n`, /:12: account is '12345676'/],
    [
      'more after the end',
      `${VERIFIED_CALL}returned: bridged\nhears de: …\nhotline hangs up\nsilence\n`,
      /:14: the call was over/,
    ],
    [
      'an end of the call',
      `${VERIFIED_CALL}returned: bridged\nhears de: …\n`,
      /:12: the transcript ends here.*hotline hangs up/,
    ],
  ])('notices %s', async (_what, body, message) => {
    await expect(play(body)).rejects.toThrow(message)
  })

  it('notices a call that the agents’ side does not know', async () => {
    await expect(play(`${VERIFIED_CALL}level: 2\n`, hotline, null)).rejects.toThrow(/:11: .*does not know this call/)
  })

  it('notices a fallback nobody wrote of, answers that differ, and TwiML that is refused', async () => {
    const failing = { ...hotline, '/number': { status: 500, body: '' } }
    await expect(play(UP_TO_PIN, failing)).rejects.toThrow(/:7: (.|\n)*fallback: 11200 \(the server answered 500\)/)
    const fickle: Documents = { ...hotline, '/number': (_form, time) => gather('/pin', '', `Nummer ${time}.`) }
    const doubled = VERIFIED_CALL.replace('676#\n', '676#\nwebhook: twice\n')
    await expect(play(doubled, fickle)).rejects.toThrow(/two different answers/)
    await expect(play(UP_TO_PIN, { ...hotline, '/number': '<Sing/>' })).rejects.toThrow(/:7: .*<Sing> may not stand/)
  })

  it('notices a notification that the server refused', async () => {
    const failing = { ...hotline, '/voice/status': { status: 500, body: '' } }
    await expect(play(VERIFIED_CALL, failing)).rejects.toThrow(/15003/)
  })
})
