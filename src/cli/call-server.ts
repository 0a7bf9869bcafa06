/** A server to call, in this process or elsewhere. */
export interface CallServer {
  baseUrl: string
  /** As the server knows itself, when that differs from where to connect. */
  publicBaseUrl?: string | undefined
  accountSid: string
  authToken: string
  /** Null: the agents' side cannot be asked. */
  apiToken: string | null
  /** It lives by the time of the world, whatever clock the caller has. */
  inRealTime?: boolean
}

export interface LocalServer extends CallServer {
  /** Whether all its customers are invented: only then are keys saved as they were keyed. */
  demo?: boolean
  /** Brings about what a `before:` line of a transcript says. */
  prepare?(line: string): Promise<void>
  close(): Promise<void>
}

/** How a running server is called, and what the caller of it should know: sentences. */
export interface RemoteServer {
  server: CallServer
  notes: readonly string[]
}
