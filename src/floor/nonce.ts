import { randomBytes } from 'node:crypto'

/** 128 bits: nobody guesses the name of a redirect, and none comes twice. */
export function newNonce(): string {
  return randomBytes(16).toString('base64url')
}
