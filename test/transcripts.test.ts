/** Whole calls, as people wrote them down, through the real app over HTTP with signed requests. */
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { transcriptOf } from '../src/cli/bad-call.ts'
import { callThrough } from '../src/proof/check.ts'
import { dayKinds } from '../src/proof/days.ts'
import { explore } from '../src/proof/explore.ts'
import { headOf, parseTranscript, printLine, printTranscript } from '../src/simulator/script/transcript.ts'
import { shippedHotlines } from './flow/shipped.ts'
import { type DemoServer, openDemoServer } from './support/demo-server.ts'
import { allExits, observeExits } from './support/exits.ts'
import { playTranscripts, TRANSCRIPTS, transcriptsBelow } from './support/play-transcripts.ts'
import { checkTwiml } from './support/twiml-checker.ts'
import { hotlinesWithHours } from './support/with-hours.ts'

// A brand of its own takes the exits that a brand without hours does not have.
const all = hotlinesWithHours()
const { hotlines, taken } = observeExits(all)
const transcripts = new Map(
  transcriptsBelow(TRANSCRIPTS).map((file) => {
    const transcript = parseTranscript(readFileSync(file, 'utf8'), file)
    return [file, { head: headOf(transcript), lines: transcript.lines }]
  }),
)
let server: DemoServer
let documents = 0

beforeAll(async () => {
  server = await openDemoServer(hotlines)
})
afterAll(() => server.close())

/** Carries webhooks, and refuses a document that Twilio would not understand. */
const checking: typeof fetch = async (url, options) => {
  const response = await fetch(url, options)
  const xml = await response.clone().text()
  if (xml !== '') {
    documents++
    const broken = checkTwiml(xml, String(url).includes('/voice/wait') ? 'enqueueWait' : 'call')
    if (broken.length > 0) throw new Error(`${url} answered a document that breaks ${broken.join(', ')}:\n${xml}`)
  }
  return response
}

playTranscripts(async (preparation) => ({ ...(await server.begin(preparation)), fetch: checking }))

/** Transcripts to start from, one for each exit that none takes: the shortest call of any brand. */
function drafts(missing: readonly string[]): string {
  const explorations = [...all.byBrand.values()].map((hotline) => explore(hotline, dayKinds(hotline.brand)))
  return missing
    .map((name) => {
      const [, step = '', exit = ''] = /^[^:]+: (\w+)\.(\w+)$/.exec(name) ?? []
      const calls = explorations.map((exploration) => callThrough(exploration, step, exit))
      const [shortest] = calls.filter((call) => call !== null).sort((a, b) => a.exchanges.length - b.exchanges.length)
      const finding = { code: 'exit', message: `this call leaves '${step}' by '${exit}'` } as const
      return shortest ? printTranscript(transcriptOf(shortest, finding)) : `No call leaves '${step}' by '${exit}'.`
    })
    .join('\n')
}

describe('the transcripts together', () => {
  it('take every exit of every step of every flow', () => {
    const missing = [...allExits(all)].filter((exit) => !taken.has(exit))
    if (missing.length > 0) throw new Error(`No transcript takes ${missing.join(', ')}.\n\n${drafts(missing)}`)
    expect(documents).toBeGreaterThan(transcripts.size * 3)
  })

  it('tell the main stories of every brand, each in a call of its own', () => {
    const stories = ['right-pin', 'english', 'refused', 'no-pin', 'help-menu', 'silence', 'person']
    for (const [number, { brand }] of shippedHotlines.byNumber) {
      const own = [...transcripts].filter(([, { head }]) => head.called === number)
      const names = own.map(([file]) => basename(file, '.txt'))
      expect(names).toEqual(expect.arrayContaining(stories))
      const withoutNeed = brand.topics.filter(({ needs }) => needs === 0).map(({ name }) => `topic: ${name}`)
      const told = own.flatMap(([, { lines }]) => lines.map(printLine))
      expect(withoutNeed.filter((fact) => !told.includes(fact))).toEqual([])
    }
  })

  it('have a title each, and a day, so that they mean the same tomorrow', () => {
    const heads = [...transcripts.values()].map(({ head }) => head)
    expect(new Set(heads.map(({ called, title }) => `${called} ${title}`)).size).toBe(heads.length)
    expect(heads.filter(({ title, on }) => title === '' || on === null)).toEqual([])
  })

  it('sound alike to everybody who is refused, whatever the reason', () => {
    const refused = [...transcripts].filter(([file]) => dirname(file).endsWith('/refused'))
    expect(refused.length).toBeGreaterThanOrEqual(5)
    const heard = refused.map(([, { lines }]) => lines.filter(({ kind }) => kind === 'hears').map(printLine))
    for (const words of heard) expect(words).toEqual(heard[0])
  })
})
