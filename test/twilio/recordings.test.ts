/** Whole calls with recorded prompts, through the real app: in a Gather, before a queue, while waiting, after a break. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { loadHotlines } from '../../src/hotlines/hotlines.ts'
import type { PhoneEvent } from '../../src/simulator/engine/caller.ts'
import { playTranscript } from '../../src/simulator/script/play.ts'
import { createRecorder } from '../../src/simulator/script/record.ts'
import { parseTranscript, printTranscript } from '../../src/simulator/script/transcript.ts'
import { show } from '../../src/simulator/terminal/show.ts'
import { copyOfFlows, type Folder } from '../flow/folder.ts'
import { type DemoServer, openDemoServer } from '../support/demo-server.ts'
import { checkTwiml } from '../support/twiml-checker.ts'

const CDN = 'https://cdn.example.com/de/'
const texts = {
  'identify.malformed': 'Das waren zu viele oder zu wenige Ziffern. Mit der Stern-Taste beginnen Sie neu.',
  'verify.thanks': 'Danke, das hat geklappt.',
  'wait.next': 'Sie sind als Nächstes an der Reihe.',
  apology: 'Entschuldigung, bei uns ist etwas schiefgegangen. Wir verbinden Sie, aber ohne Ihre Kundendaten.',
}
const promptOf = (key: string, text: string, says = text): string =>
  `{ text: "${text}", recording: "${CDN}${key}.wav?v=1&c=2", says: "${says}" }`

let folder: Folder
let server: DemoServer
beforeAll(async () => {
  folder = copyOfFlows()
  for (const [key, text] of Object.entries(texts)) {
    folder.change('prompts/de.formal.yaml', `\n${key}: ${text}\n`, `\n${key}: ${promptOf(key, text)}\n`)
  }
  const greeting = promptOf('greeting', '{brand}, guten Tag.', 'Rheinnetz, guten Tag.')
  folder.change('brands/rheinnetz.yaml', '\nwords:\n', `\nprompts: { de: { greeting: ${greeting} } }\nwords:\n`)
  server = await openDemoServer(loadHotlines(folder.dir))
})
afterAll(async () => {
  await server.close()
  folder.remove()
})

const HEAD = 'called: +492214710100\nfrom: +491713920099\non: 2026-11-23 10:15\n'
const MENU = `plays: …/de/greeting.wav?v=1&c=2
hears en: For English, press nine.
hears de: Rechnung: Bitte drücken Sie die Eins.
hears de: Störung: die Zwei.
hears de: Kunde werden: die Drei.
hears de: Mit uns sprechen: die Null.
`
const TO_NUMBER = `${MENU}keys: 1
hears de: Bitte halten Sie …
hears de: Bitte tippen Sie Ihre Kundennummer ein, am Ende die Raute-Taste.
hears de: Mit uns sprechen: die Null und die Raute.
`

async function play(body: string): Promise<{ shown: string[]; saved: string; documents: number }> {
  const line = await server.begin({
    on: new Date('2026-11-23T09:15:00.000Z'),
    before: ['agent rheinnetz.bill rheinnetz.general'],
  })
  const recorder = createRecorder({
    title: 'saved',
    called: '+492214710100',
    from: '+491713920099',
    at: line.clock.now(),
    hide: false,
  })
  const shown: string[] = []
  let documents = 0
  await playTranscript(parseTranscript(HEAD + body), {
    ...line,
    name: 'recorded',
    events(event: PhoneEvent) {
      recorder.notice(event)
      shown.push(show(event) ?? '')
    },
    async fetch(url, options) {
      const response = await fetch(url, options)
      const xml = await response.clone().text()
      if (xml !== '') {
        documents++
        expect(checkTwiml(xml, String(url).includes('/voice/wait') ? 'enqueueWait' : 'call')).toEqual([])
      }
      return response
    },
  })
  return { shown, saved: printTranscript(recorder.transcript(null)), documents }
}

describe('a hotline with recordings', () => {
  it('plays them where its texts would be spoken, to the end of the call', async () => {
    const { shown, documents } = await play(`${TO_NUMBER}keys: 1#
plays: ${CDN}identify.malformed.wav?v=1&c=2
hears de: Ihre Kundennummer, am Ende die Raute-Taste.
keys: 407182632#
hears de: Danke. Jetzt tippen Sie bitte Ihre Telefon-PIN ein.
keys: 4826
plays: …/verify.thanks.wav?v=1&c=2
hears de: Wir verbinden Sie.
queue: rheinnetz.bill
plays: …/wait.next.wav?v=1&c=2
waits: 30 s
returned: bridged
hears de: Danke für Ihren Anruf. Auf Wiederhören.
hotline hangs up
level: 2
`)
    expect(documents).toBeGreaterThan(5)
    expect(shown).toContain(`♪   ${CDN}greeting.wav?v=1&c=2`)
  })

  it('lets keys interrupt a recording as they interrupt a voice, whatever the network does', async () => {
    const { saved } = await play(`plays: …/de/greeting.wav?v=1&c=2
interrupts: 1
webhook: twice
hears de: Bitte halten Sie …
hears de: Bitte tippen Sie Ihre Kundennummer ein, am Ende die Raute-Taste.
hears de: Mit uns sprechen: die Null und die Raute.
keys: 1#
plays: …/identify.malformed.wav?v=1&c=2
interrupts: 407182632#
webhook: dropped
hears de: Danke. Jetzt tippen Sie bitte Ihre Telefon-PIN ein.
caller hangs up
`)
    expect(saved).toContain(`plays: ${CDN}greeting.wav?v=1&c=2\ninterrupts: 1\n`)
    await expect(play(saved.replace(/^title: .*\ncalled: .*\nfrom: .*\non: .*\n/, ''))).resolves.toMatchObject({
      saved,
    })
  })

  it('apologises by a recording', async () => {
    await play(`${TO_NUMBER}keys: 407182632#
webhook: lost
fallback: 11200
plays: …/apology.wav?v=1&c=2
queue: rheinnetz.general
level: 0
outcome: unavailable
`)
  })

  it('speaks the language that has none', async () => {
    await play(`${MENU}keys: 9
hears en: …
hears en: …
hears en: …
hears en: …
keys: 0
hears en: …
queue: rheinnetz.general
hears en: You are next in line.
caller hangs up
`)
  })
})
