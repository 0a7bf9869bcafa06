import type { AddressInfo } from 'node:net'
import express from 'express'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import type { Caller, CallerMoment, Deed, PhoneEvent } from '../../src/simulator/engine/caller.ts'
import { createFastClock } from '../../src/simulator/engine/clock.ts'
import { createPhone, type PhoneOptions } from '../../src/simulator/engine/phone.ts'

export interface Asked {
  path: string
  form: Record<string, string>
  headers: Record<string, unknown>
  signed: boolean
}
/** The inside of a Response, or a whole answer, or null: no answer ever. */
type Answer = string | { status?: number; type?: string; body: string; location?: string } | null
/** What a path answers; `time` counts its requests from 1. */
export type Documents = Record<string, Answer | ((form: Record<string, string>, time: number) => Answer)>

export interface ScriptedServer {
  baseUrl: string
  publicBaseUrl: string
  accountSid: string
  authToken: string
  asked: Asked[]
  /** Requests of one path, in order. */
  to(path: string): Asked[]
  close(): Promise<void>
}

export const ACCOUNT = `AC${'0'.repeat(32)}`
export const TOKEN = 'a-token-for-tests'

/** A real Express server that answers by a script and notes what it was asked, checking signatures with Twilio's own code. */
export async function startScripted(documents: Documents, publicBaseUrl?: string): Promise<ScriptedServer> {
  const asked: Asked[] = []
  const app = express()
  app.use(express.urlencoded({ extended: false }))
  app.use((request, response) => {
    const form = { ...(request.body as Record<string, string>) }
    const signature = String(request.headers['x-twilio-signature'])
    const url = server.publicBaseUrl + request.originalUrl
    const path = request.originalUrl
    asked.push({ path, form, headers: request.headers, signed: validateRequest(TOKEN, signature, url, form) })
    const otherwise: Answer = path === '/voice/status' ? '' : { status: 404, body: 'none' }
    const scripted = documents[path] === undefined ? otherwise : documents[path]
    const time = asked.filter((one) => one.path === path).length
    const answer = typeof scripted === 'function' ? scripted(form, time) : scripted
    if (answer === null) return
    if (typeof answer === 'string') response.type('text/xml').send(`<Response>${answer}</Response>`)
    else
      response
        .set(answer.location === undefined ? {} : { Location: answer.location })
        .status(answer.status ?? 200)
        .type(answer.type ?? 'text/xml')
        .send(answer.body)
  })
  const listening = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  const baseUrl = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
  const server: ScriptedServer = {
    baseUrl,
    publicBaseUrl: publicBaseUrl ?? baseUrl,
    accountSid: ACCOUNT,
    authToken: TOKEN,
    asked,
    to: (path) => asked.filter((one) => one.path === path),
    async close() {
      listening.closeAllConnections()
      await new Promise((resolve) => listening.close(resolve))
    },
  }
  return server
}

/** Does one deed after another, each when the phone is at such a moment; afterwards the phone only waits. */
export type Act = { at: CallerMoment['what']; after?: number; deed: Deed }

export const START = new Date('2026-03-02T09:15:00Z')

/** Calls a scripted server. `acts`: what the caller does. Gives what happened, besides how it ended. */
export async function ring(
  documents: Documents,
  acts: Act[] = [],
  options: Partial<PhoneOptions> & { faultFor?: Caller['faultFor']; publicUrl?: string; ready?: number } = {},
) {
  const server = await startScripted(documents, options.publicUrl)
  const clock = createFastClock(START)
  const events: PhoneEvent[] = []
  const moments: { ms: number; moment: CallerMoment }[] = []
  let keysReady = options.ready ?? 0
  const caller: Caller = {
    async within(ms, moment) {
      moments.push({ ms, moment })
      const act = acts[0]
      if (act?.at === moment.what) {
        acts.shift()
        await clock.wait(act.after ?? 0)
        return act.deed
      }
      await clock.wait(ms)
      return null
    },
    dropKeys() {
      const lost = keysReady
      keysReady = 0
      return lost
    },
    ...(options.faultFor ? { faultFor: options.faultFor } : {}),
  }
  try {
    const phone = createPhone({ ...server, clock, caller, events: (event) => events.push(event), ...options })
    const end = await phone.call({ to: '+492214710100', from: '+491713920001' })
    return { end, server, events, moments, acts, clock, said: saidIn(events) }
  } finally {
    await server.close()
  }
}

export const key = (pressed: string, after = 0): Act[] =>
  [...pressed].map((one) => ({ at: 'keys', after, deed: { kind: 'key', key: one } }))

export function saidIn(events: readonly PhoneEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'said' ? [event.text] : []))
}
