/** Where the server that has an embedded store can be reached: a file beside the store, for the commands of this machine. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Config } from '../config/config.ts'

const schema = z.object({
  /** The process that listens. A server that was killed leaves its file behind; then another process has the store. */
  pid: z.int(),
  /** Where to connect. */
  url: z.url(),
  /** The same place as the server knows itself: what webhooks are signed for. */
  publicBaseUrl: z.url(),
  /** Lets the commands of those who can read this file ask the server for what they would do on the store. */
  operatorKey: z.string().min(32),
})
export type RunningAddress = Omit<z.infer<typeof schema>, 'pid'>

/** Writes it down for as long as this process serves. Gives back how to take it away. */
export function tellAddress({ database }: Pick<Config, 'database'>, address: RunningAddress): () => void {
  if (database.kind !== 'directory') return () => {}
  const file = fileOf(database.path)
  writeFileSync(file, JSON.stringify({ pid: process.pid, ...address }), { mode: 0o600 })
  return () => rmSync(file, { force: true })
}

/** Of the server that is process `pid`; null when this process is none, or does not serve yet. */
export function addressTold({ database }: Pick<Config, 'database'>, pid: number): RunningAddress | null {
  if (database.kind !== 'directory') return null
  try {
    const told = schema.parse(JSON.parse(readFileSync(fileOf(database.path), 'utf8')))
    return told.pid === pid ? told : null
  } catch {
    return null
  }
}

function fileOf(path: string): string {
  return `${path}.address`
}
