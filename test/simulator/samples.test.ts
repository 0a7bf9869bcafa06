import { afterAll, expect, it } from '@jest/globals'
import { createFastClock } from '../../src/simulator/engine/clock.ts'
import { type Preparation, playTranscripts, transcriptsBelow } from '../support/play-transcripts.ts'
import { type ScriptedServer, START, startScripted } from './scripted-server.ts'

const SAMPLES = 'test/simulator/samples'
const servers: ScriptedServer[] = []
const asked: Preparation[] = []

playTranscripts(async (preparation) => {
  asked.push(preparation)
  const server = await startScripted({
    '/voice/incoming': '<Gather action="/pin" numDigits="4"><Say language="de-DE">Ihre PIN.</Say></Gather>',
    '/pin': '<Enqueue waitUrl="">rheinnetz.bill</Enqueue>',
  })
  servers.push(server)
  return {
    ...server,
    clock: createFastClock(preparation.on ?? START),
    context: async () => ({
      assurance: { level: 2, method: 'pin' },
      outcome: 'verified',
      topic: 'bill',
      language: 'de',
      account: null,
      ticket: null,
    }),
  }
}, SAMPLES)

afterAll(() => Promise.all(servers.map((server) => server.close())))

it('finds transcripts in folders within, and asks for what they need', () => {
  expect(transcriptsBelow(SAMPLES)).toEqual([`${SAMPLES}/queue/right-pin.txt`, `${SAMPLES}/silence.txt`])
  expect(asked).toEqual([
    { on: new Date('2026-03-02T09:15:00Z'), before: ['customer 12345676'] },
    { on: null, before: [] },
  ])
})
