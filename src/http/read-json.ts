import express, { type Request, type RequestHandler, type Response } from 'express'
import { notKeptIn, withPlainEnds } from '../flow/free-text.ts'
import { refuse } from './problem.ts'

/** Something in a body that no store keeps, or that no object of ours may be called. What was sent is not quoted. */
export class RefusedText extends SyntaxError {
  // Private, because the parser takes all other fields off an error.
  readonly #field: string | null
  readonly #fault: string

  constructor(key: string, fault: string) {
    super('A body has what is not kept.')
    this.#field = /^[A-Za-z_]\w{0,63}$/.test(key) && key !== PROTO ? key : null
    this.#fault = fault
  }

  /** The member that has it; null where it is the name of one, or has no plain name. */
  get field(): string | null {
    return this.#field
  }
  get fault(): string {
    return this.#fault
  }
}

const PROTO = '__proto__'

/** JSON in UTF-8, and every string in it such as can be kept: no form behind it needs to think of that, and none can forget it. */
export function jsonOf(limit: string): RequestHandler {
  return express.json({ limit, verify: refuseOtherThanUtf8, reviver: refuseNotKept })
}

/** Other bytes would be read as the sign for what cannot be read, and the text would be kept with it. */
function refuseOtherThanUtf8(_request: unknown, _response: unknown, body: Buffer): void {
  new TextDecoder('utf-8', { fatal: true }).decode(body)
}

function refuseNotKept(key: string, value: unknown): unknown {
  const fault = typeof value === 'string' ? notKeptIn(withPlainEnds(value)) : null
  if (fault !== null) throw new RefusedText(key, fault)
  if (key === PROTO || notKeptIn(key) !== null) throw new RefusedText(PROTO, 'a name in it is none that there could be')
  return value
}

const json = jsonOf('16kb')

/** What is no JSON is refused in the words of this door. */
export function readJson(request: Request, response: Response, next: () => void): void {
  json(request, response, (error?: unknown) => {
    if (error === undefined) next()
    else refuse(response, 400, 'Not understood', sentenceOf(error))
  })
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof RefusedText))
    return 'Send JSON of at most 16 kB, in UTF-8, with Content-Type: application/json.'
  return `${error.field ?? 'What was sent'}: ${error.fault}.`
}
