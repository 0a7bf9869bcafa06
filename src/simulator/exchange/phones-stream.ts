/** All phones, live, to every open page: server-sent events, each a whole picture, so that nothing is missed. */
import { createChannel, createSession } from 'better-sse'
import type { RequestHandler, Response } from 'express'
import { beat } from '../../http/heartbeat.ts'
import { refuse } from '../../http/problem.ts'
import type { ShownPhone, Standing } from '../view.ts'
import type { Exchange } from './exchange.ts'
import type { Handset } from './handset.ts'

const NOWHERE: Standing = { step: null, inCheck: false, asks: null }

export interface PhonesStream {
  handler: RequestHandler
  close(): void
}

/** At most ten pictures a second. */
const PICTURE_EVERY_MS = 100
const MAX_PAGES = 20

export function createPhonesStream(
  exchange: Exchange,
  standingOf: (callSid: string) => Promise<Standing | null>,
): PhonesStream {
  const channel = createChannel()
  const open = new Set<Response>()
  let due: NodeJS.Timeout | null = null
  let closed = false

  async function picture(): Promise<{ phones: ShownPhone[] }> {
    return { phones: await Promise.all(exchange.handsets().map(shown)) }
  }

  /** What is heard and where the call stands, of one moment: to be asked for what one has not heard yet is to key it too early. */
  async function shown(phone: Handset): Promise<ShownPhone> {
    for (;;) {
      const view = phone.view()
      const wanted = view.kind === 'caller' && view.state !== 'ended'
      // A store that does not answer leaves it out, and the phones go on.
      const standing = wanted ? await standingOf(view.callSid).catch(() => null) : null
      if (phone.view().lines === view.lines) return { ...view, ...(standing ?? NOWHERE) }
    }
  }

  async function send(): Promise<void> {
    due = null
    const data = await picture()
    if (!closed) channel.broadcast(data, 'phones')
  }

  const stop = exchange.changes(() => {
    if (open.size > 0) due ??= setTimeout(() => void send(), PICTURE_EVERY_MS)
  })

  return {
    async handler(request, response) {
      if (closed || open.size >= MAX_PAGES) {
        return refuse(response, 503, 'Too many pages', 'Close one of the telephone pages that are open.')
      }
      open.add(response)
      response.once('close', () => open.delete(response))
      const session = await createSession(request, response, { keepAlive: null })
      channel.register(session)
      beat(session.push, () => !closed && session.isConnected)
      session.push(await picture(), 'phones')
    },
    close() {
      closed = true
      stop()
      if (due) clearTimeout(due)
      for (const response of open) response.end()
    },
  }
}
