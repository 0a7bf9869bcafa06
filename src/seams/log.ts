/** What all may tell the log, which `src/log/` writes. Code that needs one level only asks for `Pick<Log, 'error'>`. */

/** What a line may say beside its message. Whatever does not have the form of its field is replaced by `[malformed]`. */
export interface LogFields {
  /** Twilio's CallSid. */
  callId?: string | null
  /** Of the W3C's trace context, where one came. */
  trace?: string
  brand?: string
  step?: string
  queue?: string
  outcome?: string
  /** How it went, one word. */
  result?: string
  /** Why, a few words without a value in them. */
  reason?: string
  /** The name or pattern of the matched route, never the URL. */
  route?: string
  /** HTTP status. */
  status?: number
  /** Twilio's number of an error. https://www.twilio.com/docs/api/errors */
  errorCode?: number
  /** Duration in milliseconds. */
  ms?: number
  count?: number
  port?: number
  /** Which store or service: `database`, `live`, `twilio`. */
  store?: string
  signal?: string
  err?: unknown
  /** As `err`. */
  error?: unknown
}

/** `message` is a fixed sentence; what varies belongs into the fields. */
export interface Log {
  fatal(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  debug(fields: LogFields, message: string): void
  trace(fields: LogFields, message: string): void
}
