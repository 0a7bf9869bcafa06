import type { Response } from 'express'

/** RFC 9457. */
export function problem(response: Response, status: number, title: string, detail: string): void {
  response.status(status).type('application/problem+json').send(JSON.stringify({ title, status, detail }))
}
