import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { Message } from '../../src/seams/outbox.ts'
import { createSmsSender } from '../../src/twilio/sms.ts'

const ACCOUNT = `AC${'0'.repeat(32)}`
const TOLD = 'https://voice.example.com/voice/message/12'
const message: Message = {
  id: '12.sternmobil',
  channel: 'sms',
  to: '+491713920001',
  from: 'Sternmobil',
  name: 'Sternmobil',
  subject: 'Deine Legi-PIN',
  text: 'Sternmobil: Für dich gilt jetzt eine neue Legi-PIN.',
}

let server: Server | null = null
afterEach(async () => {
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
  server = null
})

/** Stands in for Twilio's API, with one answer. */
async function twilio(status: number, body: object) {
  const asked: { path: string; form: Record<string, string> }[] = []
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      asked.push({
        path: request.url ?? '',
        form: Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString())),
      })
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    asked,
    send: createSmsSender({
      publicBaseUrl: 'https://voice.example.com/',
      accountSid: ACCOUNT,
      authToken: 'token',
      apiUrl,
    }),
  }
}

describe('a text message', () => {
  it('is asked of Twilio by its sender, number and text', async () => {
    const { asked, send } = await twilio(201, { sid: `SM${'1'.repeat(32)}` })
    expect(await send(message)).toBe('sent')
    expect(asked).toEqual([
      {
        path: `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`,
        form: { To: message.to, From: 'Sternmobil', Body: message.text, StatusCallback: TOLD },
      },
    ])
  })

  it('may come from a messaging service', async () => {
    const { asked, send } = await twilio(201, { sid: `SM${'1'.repeat(32)}` })
    const service = `MG${'a'.repeat(32)}`
    await send({ ...message, from: service })
    expect(asked[0]?.form).toEqual({
      To: message.to,
      MessagingServiceSid: service,
      Body: message.text,
      StatusCallback: TOLD,
    })
  })

  it('that Twilio does not take for this number is refused', async () => {
    const { send } = await twilio(400, { code: 21610, message: 'unsubscribed', status: 400 })
    expect(await send(message)).toBe('refused')
  })

  it.each([401, 429, 500, 503])('may be taken later after %d', async (status) => {
    const { send } = await twilio(status, { code: 20003, message: 'no', status })
    await expect(send(message)).rejects.toThrow()
  })
})
