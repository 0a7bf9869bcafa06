/**
 * The trace that a request belongs to, where a proxy in front begins one: it is passed on as it came to whatever is asked over HTTP
 * meanwhile, and its id stands in the log. Nothing here begins one. https://www.w3.org/TR/trace-context/
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { RequestHandler } from 'express'

/** The header's value, and of it the id of the trace. */
export interface Trace {
  parent: string
  id: string
}

/** Version 00, the only one there is; an id of nothing but zeros is none. https://www.w3.org/TR/trace-context/#traceparent-header */
const PARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

const traces = new AsyncLocalStorage<Trace>()

/** Everything that a request brings about runs in its trace. Without the header nothing is kept, which would cost every turn. */
export function tracing(): RequestHandler {
  return (request, _response, next) => {
    const trace = traceOf(request.headers.traceparent)
    if (trace === null) next()
    else traces.run(trace, next)
  }
}

/** Null: none came, or what nobody can read. */
export function traceNow(): Trace | null {
  return traces.getStore() ?? null
}

function traceOf(header: string | string[] | undefined): Trace | null {
  const [parent = '', id = ''] = typeof header === 'string' ? (PARENT.exec(header) ?? []) : []
  return id === '' ? null : { parent, id }
}
