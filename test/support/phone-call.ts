/** A caller who follows the documents step by step, as far as a test wants them to. */
import type { Exchange, TestApp } from './app.ts'
import { callSid, gathered, PUBLIC_BASE_URL, twilioFields } from './signing.ts'

export interface PhoneCall {
  sid: string
  /** The document the caller hears; null before the first. */
  heard: string | null
  /** Path of the step that the document waits for. */
  step: string
  /** The fields of the next webhook. */
  fields(over?: Record<string, string>): Record<string, string>
  /** Rings, and chooses the first language where one is asked for. */
  ring(): Promise<string>
  /** Keys, ended by the hash key where the prompt asks for it. */
  key(digits: string, over?: Record<string, string>): Promise<string>
  silence(): Promise<string>
  /** The queue gives the call back. */
  returned(result: string): Promise<string>
  fallback(): Promise<string>
  /** Asks for a piece of waiting; does not change what is heard. */
  wait(): Promise<string>
  /** The status callback at the end of every call. */
  hangUp(): Promise<void>
  /** Rings, chooses the topic by its key (needs a PIN in every brand: 1), keys the number, stands at the PIN prompt. */
  toPin(entry: string): Promise<string>
}

export interface Line {
  /** Called number's brand. */
  brand: string
  /** Caller ID; withheld by default. */
  from?: string
  /** Added to every webhook. */
  over?: Record<string, string>
}

let calls = 0

/** A new call. `n` names it where several applications must get the same bytes. */
/** Longer than any prompt here and the time to key after it, and too short for anybody to be missed in a queue meanwhile. */
const SILENCE_MS = 25_000

export function phone(
  app: Pick<TestApp, 'post' | 'numberOf'> & { clock?: object },
  { brand, from, over: always }: Line,
  n?: number,
): PhoneCall {
  calls += 1
  const call: PhoneCall = {
    sid: callSid(n ?? 0x1000 + calls),
    heard: null,
    step: '',
    fields: (over) =>
      twilioFields({
        From: from ?? 'anonymous',
        To: app.numberOf(brand),
        ...always,
        CallSid: call.sid,
        ...over,
      }),
    async ring() {
      const heard = await hear(app.post('/voice/incoming', call.fields({ CallStatus: 'ringing' })))
      return asksForLanguage(heard) ? call.key('1') : heard
    },
    key: (digits, over) => {
      const ending = /numDigits=/.test(call.heard ?? '') ? '' : '#'
      return hear(app.post(call.step, call.fields({ ...gathered(digits, ending), ...over })))
    },
    silence() {
      // What comes sooner than the time to key is over is the hash key.
      if (app.clock && 'turn' in app.clock && typeof app.clock.turn === 'function') app.clock.turn(SILENCE_MS)
      return hear(app.post(call.step, call.fields(gathered())))
    },
    returned: (result) => hear(app.post(call.step, call.fields({ QueueResult: result, QueueTime: '12' }))),
    fallback: () => hear(app.post('/voice/fallback', call.fields({ ErrorCode: '11200' }))),
    wait: async () => documentOf(await app.post('/voice/wait', call.fields({ QueuePosition: '1', QueueTime: '7' }))),
    async hangUp() {
      const { status } = await app.post('/voice/status', call.fields({ CallStatus: 'completed', CallDuration: '42' }))
      if (status !== 204) throw new Error(`The status callback was answered ${status}.`)
    },
    async toPin(entry) {
      await call.ring()
      await call.key('1')
      return call.key(entry)
    },
  }
  async function hear(exchange: Promise<Exchange>): Promise<string> {
    call.heard = documentOf(await exchange)
    // The machine was busy: the document comes back by itself for the answer.
    for (let path = heldPath(call.heard); path !== null; path = heldPath(call.heard))
      call.heard = documentOf(await app.post(path, call.fields()))
    call.step = nextStep(call.heard) ?? call.step
    return call.heard
  }
  return call
}

export function documentOf({ status, answer }: Exchange): string {
  if (status !== 200) throw new Error(`A webhook was answered ${status}: ${answer}`)
  return answer
}

/** Of two languages the menu offers the other; more are asked for before anything else. */
function asksForLanguage(document: string): boolean {
  return new Set(document.match(/ language="[^"]+"/g)).size > 2
}

/** The path that a document waits for, or null when it waits for none. */
export function nextStep(document: string): string | null {
  const [, path] = new RegExp(`action="${PUBLIC_BASE_URL}(/voice/step/[^"#]+)`).exec(document) ?? []
  return path ?? null
}

/** The path by which a caller who was asked to hold on comes back, or null. */
export function heldPath(document: string): string | null {
  const [, path] = new RegExp(`<Redirect[^>]*>${PUBLIC_BASE_URL}(/voice/held/[^<#]+)`).exec(document) ?? []
  return path ?? null
}

/** The document without its step token, which differs in every answer by design. */
export function withoutToken(document: string): string {
  return document.replace(/\/voice\/step\/[A-Za-z0-9_-]+/g, '/voice/step/TOKEN')
}

/** The queue that a document brings the caller to, or null. */
export function queueOf(document: string): string | null {
  return /<Enqueue[^>]*>([^<]*)</.exec(document)?.[1] ?? null
}
