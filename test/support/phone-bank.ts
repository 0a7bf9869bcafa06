/** Many telephones at once, held by what the telephone page asks for: its API and its stream. */
import type { ShownPhone } from '../../src/simulator/view.ts'
import { WAITED_MS } from './hanging.ts'

export interface PhoneBank {
  /** As last seen, those too that the page has forgotten. */
  all(): ShownPhone[]
  phone(id: string): ShownPhone | undefined
  /** Phones in; gives the phone's id. */
  call(to: string, from: string | null): Promise<string>
  /** Keys an entry as soon as the hotline has answered to those before. */
  key(id: string, keys: string): Promise<void>
  act(id: string, action: 'answer' | 'decline' | 'hang-up'): Promise<void>
  /** Waits until it is so; throws with `what` if that takes too long. */
  until<T>(what: string, find: () => T | null | undefined | false): Promise<T>
  close(): void
}

export async function openPhoneBank(baseUrl: string): Promise<PhoneBank> {
  const api = `${baseUrl}/simulator/api`
  const seen = new Map<string, ShownPhone>()
  const entries = new Map<string, number>()
  const closing = new AbortController()
  const response = await fetch(`${api}/stream`, { signal: closing.signal })
  const reading = read(response, (phones) => {
    for (const phone of phones) seen.set(phone.id, phone)
  })
  reading.catch(() => {})

  async function post(path: string, body: object): Promise<Record<string, string>> {
    const answer = await fetch(api + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as Record<string, string>
  }

  async function until<T>(what: string, find: () => T | null | undefined | false): Promise<T> {
    for (const end = Date.now() + WAITED_MS; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const found = find()
      if (found) return found
      if (Date.now() > end) throw new Error(`It did not come to this: ${what}.`)
    }
  }

  /** Every entry stands on a line of its own, and the hotline speaks after it. */
  function isSpokenTo(id: string): boolean {
    const lines = seen.get(id)?.lines.filter(({ kind }) => kind !== 'note') ?? []
    const keyed = lines.filter(({ kind }) => kind === 'keyed').length
    return keyed === (entries.get(id) ?? 0) && lines.at(-1)?.kind === 'said'
  }

  return {
    all: () => [...seen.values()],
    phone: (id) => seen.get(id),
    async call(to, from) {
      const { id = '' } = await post('/phones', { to, from })
      return id
    },
    async key(id, keys) {
      await until(`the hotline speaks to ${id}`, () => isSpokenTo(id))
      entries.set(id, (entries.get(id) ?? 0) + 1)
      await post(`/phones/${id}/keys`, { keys })
    },
    async act(id, action) {
      await post(`/phones/${id}/${action}`, {})
    },
    until,
    close: () => closing.abort(),
  }
}

/** Server-sent events, as far as phones are in them. */
async function read(response: Response, show: (phones: ShownPhone[]) => void): Promise<void> {
  if (!response.body) throw new Error('The phones have no stream.')
  let text = ''
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = /^data: ?(.*)$/m.exec(event)?.[1]
      if (data !== undefined && /^event: ?phones$/m.test(event)) show(JSON.parse(data).phones)
    }
  }
}
