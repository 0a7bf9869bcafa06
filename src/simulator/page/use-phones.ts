/** The phones of the stand-in, live, and what can be done with them. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { type ApiAnswer, getJson, postJson, remove } from '../../page/api.ts'
import { openStream } from '../../page/stream.ts'
import type { Fault, PhoneBook, ShownPhone } from '../view.ts'

const BASE = 'simulator/api'
const RETRY_MS = 2000

export interface Phones {
  world: PhoneBook | null
  phones: ShownPhone[]
  connected: boolean
  /** Why the last thing that was done did not happen: refused, or nobody answered. */
  problem: 'failed' | 'notTaken' | null
  /** Gives the new phone's id, or null when the call could not be made. */
  call(to: string, from: string | null): Promise<string | null>
  keys(id: string, keys: string): void
  say(id: string, text: string): void
  fault(id: string, fault: Fault | null): void
  act(id: string, action: 'hang-up' | 'answer' | 'decline'): void
  forget(ids: readonly string[]): void
}

export function usePhones(): Phones {
  const [world, setWorld] = useState<PhoneBook | null>(null)
  const [phones, setPhones] = useState<ShownPhone[]>([])
  const [connected, setConnected] = useState(true)
  const [problem, setProblem] = useState<Phones['problem']>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      const answer = await getJson<PhoneBook>(`${BASE}/world`)
      if (answer.ok) setWorld(answer.data)
      else timer = setTimeout(ask, RETRY_MS)
    }
    void ask()
    const stream = openStream<{ phones: ShownPhone[] }>({
      url: `${BASE}/stream`,
      event: 'phones',
      onData: (data) => setPhones(data.phones),
      onConnected: setConnected,
    })
    return () => {
      clearTimeout(timer)
      stream.close()
    }
  }, [])

  const told = async <T>(request: Promise<ApiAnswer<T>>): Promise<T | null> => {
    const answer = await request
    setProblem(answer.ok ? null : answer.status === 0 ? 'notTaken' : 'failed')
    return answer.ok ? answer.data : null
  }
  // One after the other: two keys sent at once could arrive in the wrong order.
  const sent = useRef<Promise<unknown>>(Promise.resolve())
  const post = (id: string, what: string, body: unknown) => {
    sent.current = sent.current.then(() =>
      told(postJson(`${BASE}/phones/${encodeURIComponent(id)}/${what}`, body, null)),
    )
  }
  return {
    world,
    phones,
    connected,
    problem,
    async call(to, from) {
      const made = await told(postJson<{ id: string }>(`${BASE}/phones`, { to, from }, null))
      return made?.id ?? null
    },
    keys: (id, keys) => post(id, 'keys', { keys }),
    say: (id, text) => post(id, 'say', { text }),
    fault: (id, fault) => post(id, 'fault', { fault }),
    act: (id, action) => post(id, action, {}),
    async forget(ids) {
      for (const id of ids) await told(remove(`${BASE}/phones/${encodeURIComponent(id)}`))
    },
  }
}
