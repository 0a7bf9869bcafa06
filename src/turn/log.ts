/** What the inner rooms need of a logger; `src/log.ts` makes it. Named fields only: nothing keyed is ever among them. */
export interface LogFields {
  callId?: string
  reason?: string
  err?: unknown
}

export interface Log {
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}
