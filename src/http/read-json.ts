import express, { type Request, type Response } from 'express'
import { refuse } from './problem.ts'

const json = express.json({ limit: '16kb' })

/** What is no JSON is refused in the words of this door. */
export function readJson(request: Request, response: Response, next: () => void): void {
  json(request, response, (error?: unknown) => {
    if (error === undefined) next()
    else refuse(response, 400, 'Not understood', 'Send JSON of at most 16 kB, with Content-Type: application/json.')
  })
}
