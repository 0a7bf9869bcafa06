/** Callers of the bench: requests as Twilio sends them, and the calls they make. */
import { sign } from '../../src/simulator/engine/webhooks.ts'
import { AUTH_TOKEN, callSid, gathered, PUBLIC_BASE_URL, twilioFields } from '../support/signing.ts'
import type { Answer, Connection } from './connections.ts'

/** The hotline that is called: one with a menu, an offer of the caller's own line, and customer numbers of eight digits. */
const CALLED = '+494066969201'
export const BRAND = 'korbmobil'
const TOPIC_WITH_PIN = '1'
const OTHER_LANGUAGE = '9'

export interface Customer {
  number: string
  pin: string
}

/** The n-th customer of the bench. PINs differ, and none is one that may not be chosen. */
export function customer(n: number): Customer {
  return { number: String(20_000_000 + n), pin: String(4711 + ((n * 37) % 5000)) }
}

let calls = 0

/** A call that nobody has made before. */
export function newCall(): string {
  calls += 1
  return callSid(calls)
}

/** Another telephone number for each call, and mostly of another block: what one line may try is not what is measured. */
function lineOf(callId: string): string {
  const spread = (Number.parseInt(callId.slice(-8), 16) * 7_919) % 10_000_000
  return `+49171${String(spread).padStart(7, '0')}`
}

/** One webhook of a call. Throws when the server refuses it. */
export async function webhook(
  connection: Connection,
  path: string,
  callId: string,
  more: Record<string, string>,
): Promise<Answer> {
  const fields = twilioFields({ CallSid: callId, From: lineOf(callId), To: CALLED, ...more })
  const body = new URLSearchParams(fields).toString()
  const answer = await connection.post(path, body, sign(AUTH_TOKEN, PUBLIC_BASE_URL + path, fields))
  if (answer.status >= 300) throw new Error(`the server answered ${answer.status} to ${path}: ${answer.body}`)
  return answer
}

/** The path of the step that a document leads to. */
export function stepIn({ body }: Answer): string {
  const [, path] = /"https:\/\/voice\.example\.com(\/voice\/step\/[^"#]+)/.exec(body) ?? []
  if (path === undefined) throw new Error(`a document of the bench leads to no step: ${body}`)
  return path
}

const expect = (answer: Answer, verb: string): Answer => {
  if (!answer.body.includes(`<${verb}`)) throw new Error(`the bench waits for <${verb}> and hears: ${answer.body}`)
  return answer
}

/** Rings and hears the menu: where the keypad turns begin. */
export async function ring(connection: Connection): Promise<{ callId: string; step: string }> {
  const callId = newCall()
  return { callId, step: stepIn(expect(await webhook(connection, '/voice/incoming', callId, RINGING), 'Gather')) }
}
export const RINGING = { CallStatus: 'ringing' }

/**
 * What a phone sends of a caller who never gets it right: the other language, the topic, an entry too short, a star. No silence, which takes
 * as long here as it does, and sooner would be the hash key alone.
 */
const KEYED = [gathered(OTHER_LANGUAGE), gathered(TOPIC_WITH_PIN), gathered('77', '#'), gathered('*', '#')]
export const KEYPAD_TURNS = KEYED.length

/** Ordinary keypad turns of a call that has rung: every answer asks for keys again, none needs the database. */
export async function keypadTurns(
  connection: Connection,
  { callId, step }: { callId: string; step: string },
  onAnswer: (answer: Answer) => void,
): Promise<void> {
  let path = step
  for (const entry of KEYED) {
    const answer = expect(await webhook(connection, path, callId, entry), 'Gather')
    onAnswer(answer)
    path = stepIn(answer)
  }
}

const WAITS = 3
/** Ring, topic, number, PIN (all with a document), the waits, the agent's end of the talk, and the status callback. */
export const TURNS_OF_A_CALL = 4 + WAITS + 2

/**
 * A whole call of a customer who keys everything right, waits about a minute and talks to an agent.
 * @returns whether they were verified; an overloaded server sends them to a person without.
 */
export async function wholeCall(connection: Connection, { number, pin }: Customer): Promise<boolean> {
  const { callId, step } = await ring(connection)
  const number_ = stepIn(expect(await webhook(connection, step, callId, gathered(TOPIC_WITH_PIN)), 'Gather'))
  const pin_ = stepIn(expect(await webhook(connection, number_, callId, gathered(number, '#')), 'Gather'))
  const queued = expect(await webhook(connection, pin_, callId, gathered(pin)), 'Enqueue')
  if (queued.body.includes(`${BRAND}.general`)) return false
  for (let n = 0; n < WAITS; n++) expect(await webhook(connection, '/voice/wait', callId, IN_QUEUE), 'Pause')
  expect(await webhook(connection, stepIn(queued), callId, { QueueResult: 'bridged', ...IN_QUEUE }), 'Hangup')
  await webhook(connection, '/voice/status', callId, { CallStatus: 'completed', CallDuration: '95' })
  return true
}
const IN_QUEUE = { QueueSid: `QU${'1'.repeat(32)}`, QueuePosition: '1', QueueTime: '20', CurrentQueueSize: '1' }

/** The same requests at the same pace, to the floor. */
export async function plainCall(connection: Connection): Promise<boolean> {
  const callId = newCall()
  const quick = Array<string>(TURNS_OF_A_CALL - 4).fill('/built')
  for (const path of ['/built', '/built', '/late', '/verify', ...quick])
    await webhook(connection, path, callId, gathered('4711'))
  return true
}
