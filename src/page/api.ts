/**
 * Calls of our own API. A refusal is an answer with a code, never something thrown. Paths are relative to the page, without
 * a slash before them: a proxy may have put all of us below a path of its own. This folder is what the pages of desk and
 * telephone share; it imports preact, and nothing of the server.
 */
export type ApiAnswer<T> = { ok: true; data: T } | ApiRefusal

export interface ApiRefusal {
  ok: false
  /** 0: there was none. */
  status: number
  code: string | null
  faults: FieldFault[]
  /** Why a secret that a customer chose is not taken, in their language, and one that would be. */
  text: string | null
  suggestion: string | null
  /** Seconds. */
  retryAfter: number | null
}

/** What the server finds wrong, as a word, and in which field (`texts.de`); the page has the sentences. */
export interface FieldFault {
  code: string
  field: string | null
}

/** Longer than the server takes for anything. */
const PATIENCE_MS = 15_000

/**
 * The network failed before there was a status. `no_connection`: nobody was reached. `no_answer`: what became of the request
 * is not known.
 */
const failed = (code: 'no_connection' | 'no_answer'): ApiRefusal => {
  return { ok: false, status: 0, code, faults: [], text: null, suggestion: null, retryAfter: null }
}

export function getJson<T>(path: string, headers: Record<string, string> = {}): Promise<ApiAnswer<T>> {
  return request<T>(path, { method: 'GET', headers })
}

/**
 * What the server keeps of no text (`NOT_KEPT` of `flow/free-text.ts`): nobody sees it, and it comes along with a number or a name that is pasted
 * from contacts or a spreadsheet. A note that was refused for it could not be mended by looking at it.
 */
const UNSEEN = /[^\P{Cc}\n\t]|\p{Surrogate}|[\u202A-\u202E\u2066-\u2069]/gu
/** As word processors end a line within a paragraph. */
const OTHER_LINE_ENDS = /\r\n?|[\v\f\u0085]/g

function written(body: unknown): string {
  return JSON.stringify(body, (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(OTHER_LINE_ENDS, '\n').replace(UNSEEN, '') : value,
  )
}

/** `body`: undefined where nothing is sent. */
export function sendJson<T>(
  method: 'POST' | 'PUT',
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<ApiAnswer<T>> {
  if (body === undefined) return request<T>(path, { method, headers })
  return request<T>(path, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: written(body),
  })
}

/** `csrf`: null where no session is needed. `patience`: ms. */
export function postJson<T>(
  path: string,
  body: unknown,
  csrf: string | null,
  patience = PATIENCE_MS,
): Promise<ApiAnswer<T>> {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (csrf !== null) headers['x-csrf-token'] = csrf
  return request<T>(path, { method: 'POST', headers, body: written(body) }, patience)
}

export function remove(path: string): Promise<ApiAnswer<unknown>> {
  return request(path, { method: 'DELETE' })
}

async function request<T>(path: string, init: RequestInit, patience = PATIENCE_MS): Promise<ApiAnswer<T>> {
  let response: Response
  try {
    response = await fetch(path, {
      ...init,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(patience),
    })
  } catch (error) {
    return failed(error instanceof Error && error.name === 'TimeoutError' ? 'no_answer' : 'no_connection')
  }
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) return { ok: true, data: body as T }
  const retry = Number(response.headers.get('retry-after') ?? Number.NaN)
  return {
    ok: false,
    status: response.status,
    code: textOf(Object(body).code),
    faults: faultsOf(body),
    text: textOf(Object(body).text),
    suggestion: textOf(Object(body).suggestion),
    retryAfter: Number.isFinite(retry) ? retry : null,
  }
}

function faultsOf(problem: unknown): FieldFault[] {
  const { faults }: { faults?: unknown } = Object(problem)
  if (!Array.isArray(faults)) return []
  return faults.map((fault) => ({ code: textOf(Object(fault).code) ?? '', field: textOf(Object(fault).field) }))
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
