import { randomBytes } from 'node:crypto'

/** 128 random bits: says nothing about the account, its brand or its age. */
export function opaqueId(): string {
  return randomBytes(16).toString('base64url')
}
