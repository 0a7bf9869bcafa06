/** What the inner rooms need of the log; `src/log/log.ts` makes it. Named fields only: nothing keyed is ever among them. */
type Write = (fields: { callId?: string; reason?: string; err?: unknown }, message: string) => void

export interface Log {
  info: Write
  warn: Write
  error: Write
}
