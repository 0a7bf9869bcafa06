/**
 * The floor: what any server for Twilio costs that is written as the manuals say. Express with its form parser, the
 * signature checked by the official library, one fixed Gather document of the size of ours from the official builder.
 * POST /built builds it for each request, POST /kept sends the same text each time. For whole calls POST /late answers
 * half a second later, and POST /verify does one argon2id in that time: a call with Rufpass's pace, and nothing kept of it.
 */
import type { AddressInfo } from 'node:net'
import express from 'express'
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { Secret } from '../../src/auth/secret.ts'
import { createVerifier } from '../../src/auth/verifier.ts'
import { parsePinKeys } from '../../src/config/keys.ts'
import { ACCOUNT_SID, AUTH_TOKEN, PUBLIC_BASE_URL } from '../support/signing.ts'
import { answerTo } from './child.ts'

/** As long, and of as many parts, as an average document of the keypad turns; the bench prints the bytes of both. */
const PROMPTS = [
  'Geht es um diesen Anschluss? Dann drücke die Eins.',
  'Sonst: Ruf-, Kunden- oder SIM-Nummer, dann Raute.',
]
const ACTION = `${PUBLIC_BASE_URL}/voice/step/AAAAAAAAAAAAAAAAAAAAAA#rc=2&rp=ct,5xx,rt&rt=7000&tt=14000`

function gatherDocument(): string {
  const response = new VoiceResponse()
  const gather = response.gather({
    input: ['dtmf'],
    action: ACTION,
    method: 'POST',
    finishOnKey: '#',
    timeout: 10,
    actionOnEmptyResult: true,
  })
  for (const prompt of PROMPTS) gather.say({ voice: 'Polly.Daniel-Neural', language: 'de-DE' }, prompt)
  response.redirect({ method: 'POST' }, ACTION)
  return response.toString()
}

const LATE_MS = 500
const secret = new Secret('4711')
const verifier = createVerifier(pinKeys())
const stored = await verifier.make(secret, 'bench', 'pin')

function pinKeys() {
  const keys = parsePinKeys(`bench:${'A'.repeat(43)}=`)
  if (keys === null) throw new Error('the key of the bench cannot be read')
  return keys
}

const kept = gatherDocument()
const app = express()
app.use(express.urlencoded({ extended: false }))
app.post('/:way', async (request, response) => {
  const signature = request.get('X-Twilio-Signature') ?? ''
  const signed = validateRequest(AUTH_TOKEN, signature, PUBLIC_BASE_URL + request.originalUrl, request.body)
  if (!signed || request.body.AccountSid !== ACCOUNT_SID) {
    response.status(403).send('Forbidden.')
    return
  }
  const { way } = request.params
  if (way === 'late' || way === 'verify') {
    const late = new Promise((resolve) => setTimeout(resolve, LATE_MS))
    if (way === 'verify') await verifier.matches(secret, 'bench', 'pin', stored)
    await late
  }
  response.type('text/xml').send(way === 'kept' ? kept : gatherDocument())
})
const server = app.listen(0, '127.0.0.1', () => {
  answerTo((server.address() as AddressInfo).port, { close: async () => server.closeAllConnections() })
})
