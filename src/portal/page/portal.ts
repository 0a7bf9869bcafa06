/**
 * What the page asks of the portal's server, which asks the portal API. The session is kept in the page's memory alone, in no storage and
 * no address: a page that is loaded again needs a new log-in.
 */
import { type ApiAnswer, type ApiRefusal, getJson, sendJson } from '../../page/api.ts'
import type {
  CallCode,
  ErasureTaken,
  LogIns,
  OwnDataShown,
  PortalBrand,
  PortalCast,
  PortalDemoCustomer,
  PortalState,
  ShownPin,
} from '../view.ts'

export interface Customer extends PortalDemoCustomer {
  at: PortalBrand
}

/** Relative to the page. */
const API = 'my-data/api'

export function readCast(): Promise<ApiAnswer<PortalCast>> {
  return getJson(`${API}/cast`)
}

export async function logIn(brand: string, customerNumber: string): Promise<ApiAnswer<Portal>> {
  const answer = await sendJson<{ session: string }>('POST', `${API}/log-in`, { brand, customerNumber })
  return answer.ok ? { ok: true, data: openPortal(answer.data.session) } : answer
}

export type Portal = ReturnType<typeof openPortal>

function openPortal(session: string) {
  const headers = { 'x-session': session }
  const get = <T>(path: string) => getJson<T>(`${API}/portal/v1/${path}`, headers)
  const send = <T>(method: 'POST' | 'PUT', path: string, body?: object) =>
    sendJson<T>(method, `${API}/portal/v1/${path}`, body, headers)
  return {
    state: () => get<PortalState>('state'),
    choose: (pin: string) => send<object>('PUT', 'pin', { pin }),
    renew: () => send<ShownPin>('POST', 'pin/new'),
    undo: () => send<ShownPin>('POST', 'pin/undo'),
    lookUp: () => send<ShownPin>('POST', 'reveal'),
    unlock: () => send<object>('POST', 'unlock'),
    puk: (sim: string, puk: 'on' | 'off') =>
      send<{ changed: boolean }>('PUT', `sims/${encodeURIComponent(sim)}`, { puk }),
    callCode: () => send<CallCode>('POST', 'call-code'),
    calls: () => get<{ calls: LogIns }>('calls'),
    data: () => get<OwnDataShown>('data'),
    erase: () => send<ErasureTaken>('POST', 'erasure'),
    logOut: () => sendJson<object>('POST', `${API}/log-out`, undefined, headers),
  }
}

/** Refusals after which nothing is to be had before somebody logs in again. */
const OVER = ['stale', 'weak', 'logged_out', 'invalid', 'missing']

export function isOver({ code }: ApiRefusal): boolean {
  return code !== null && OVER.includes(code)
}

/** The sentence for a refusal, of a list by code. */
export function sentenceOf({ code }: Pick<ApiRefusal, 'code'>, sentences: { other: string }): string {
  const known: Record<string, string> = sentences
  return (code !== null && Object.hasOwn(known, code) ? known[code] : undefined) ?? sentences.other
}
