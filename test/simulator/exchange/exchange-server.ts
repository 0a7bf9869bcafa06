import type { AddressInfo } from 'node:net'
import { expect } from '@jest/globals'
import express from 'express'
import { realClock } from '../../../src/simulator/engine/clock.ts'
import { createExchange, type Exchange, type ExchangeOptions } from '../../../src/simulator/exchange/exchange.ts'
import type { Handset } from '../../../src/simulator/exchange/handset.ts'
import { restRoutes } from '../../../src/simulator/exchange/rest.ts'
import { WAITED_MS } from '../../support/hanging.ts'
import { ACCOUNT, type Asked, type Documents, type ScriptedServer, startScripted } from '../scripted-server.ts'

const HOTLINE = '+492214710100'

export interface Answered {
  status: number
  body: Record<string, unknown>
}

/** A scripted server with an exchange before it, and the REST API that acts upon the exchange, all over real HTTP. */
export interface Stand {
  server: ScriptedServer
  exchange: Exchange
  /** A REST request below the account, with the right password. */
  rest(path: string, form: Record<string, string>, password?: string): Promise<Answered>
  /** Phones in. */
  caller(): Handset
  /** Rings an agent by REST; `path` is where the answered leg begins. */
  agent(path?: string, more?: Record<string, string>): Promise<Handset>
  url(path: string): string
  /** Conference callbacks so far, those of one event. */
  told(event: string): Asked[]
  close(): Promise<void>
}

/** The service's part: callers wait in a queue, agents are put into the room r. */
export function conference(attributes = ''): string {
  return `<Dial action="/left"><Conference beep="false" waitUrl="" statusCallback="/room" statusCallbackEvent="start end join leave hold" ${attributes}>r</Conference></Dial>`
}
export const service: Documents = {
  '/voice/incoming': '<Enqueue action="/queue-left" waitUrl="/wait">rheinnetz.bill</Enqueue>',
  '/wait': '<Pause length="600"/>',
  '/queue-left': '',
  '/agent': conference('participantLabel="agent-1"'),
  '/agent/ended': '',
  '/join': conference('participantLabel="caller-1"'),
  '/left': '<Hangup/>',
  '/room': '',
  '/hold': '<Pause length="600"/><Redirect/>',
}

export async function startStand(documents: Documents = {}, options: Partial<ExchangeOptions> = {}): Promise<Stand> {
  const server = await startScripted({ ...service, ...documents })
  const { publicBaseUrl, accountSid, authToken } = server
  const exchange = createExchange({
    connectTo: server.baseUrl,
    publicBaseUrl,
    accountSid,
    authToken,
    clock: realClock,
    limitMs: 1000,
    ...options,
  })
  const api = express()
  api.use('/simulator/2010-04-01', restRoutes({ exchange, accountSid, authToken, publicBaseUrl }))
  const listening = api.listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  const base = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/simulator/2010-04-01/Accounts/${ACCOUNT}`
  const url = (path: string): string => publicBaseUrl + path

  async function rest(path: string, form: Record<string, string>, password = authToken): Promise<Answered> {
    const credentials = Buffer.from(`${ACCOUNT}:${password}`).toString('base64')
    const response = await fetch(base + path, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams(form),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  return {
    server,
    exchange,
    rest,
    url,
    caller() {
      const phone = exchange.phoneIn({ to: HOTLINE, from: '+491713920001' })
      if (!phone) throw new Error('no phone is free')
      return phone
    },
    async agent(path = '/agent', more = {}) {
      const { body } = await rest('/Calls.json', {
        To: 'client:anna',
        From: HOTLINE,
        Url: url(path),
        Method: 'POST',
        Timeout: '20',
        StatusCallback: url('/agent/ended'),
        StatusCallbackMethod: 'POST',
        ...more,
      })
      const phone = exchange.handsets().find(({ callSid }) => callSid === body.sid)
      if (!phone) throw new Error(`no leg came about: ${JSON.stringify(body)}`)
      return phone
    },
    told: (event) => server.to('/room').filter(({ form }) => form.StatusCallbackEvent === event),
    async close() {
      await exchange.close()
      listening.closeAllConnections()
      await new Promise((resolve) => listening.close(resolve))
      await server.close()
      expect(server.asked.filter(({ signed }) => !signed)).toEqual([])
    },
  }
}

/** Waits until it is so; the limit is only against hanging. */
export async function until(what: () => unknown, limitMs = WAITED_MS): Promise<void> {
  const end = Date.now() + limitMs
  while (!what()) {
    if (Date.now() > end) throw new Error(`never came about: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export const stateOf = (phone: Handset): string => phone.view().state

export function linesOf(phone: Handset, kind: string): string[] {
  return phone.view().lines.flatMap((line) => (line.kind === kind ? [line.text] : []))
}

/** Brings an agent and a caller together in the room r. Gives the conference too. */
export async function bringTogether(stand: Stand): Promise<{ caller: Handset; agent: Handset; conference: string }> {
  const caller = stand.caller()
  await until(() => stateOf(caller) === 'waiting')
  const agent = await stand.agent()
  agent.answer()
  await until(() => stand.told('participant-join').length === 1)
  await stand.rest(`/Calls/${caller.callSid}.json`, { Url: stand.url('/join'), Method: 'POST' })
  await until(() => stand.told('participant-join').length === 2 && stand.told('conference-start').length === 1)
  return { caller, agent, conference: stand.told('participant-join')[0]?.form.ConferenceSid ?? '' }
}
