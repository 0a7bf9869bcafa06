/**
 * Server-sent events that come back after a lost connection. The browser's own retry gives up on an HTTP error, so a new
 * EventSource is opened here, later each time up to five seconds. Every message is a whole snapshot: none is missed.
 * A connection may also end without a word. The server's heartbeats say how often they come, and where nothing is heard
 * for longer the stream counts as lost too.
 */
export interface Stream {
  close(): void
}

const FIRST_MS = 500
const LONGEST_MS = 5_000
/** How long opening a stream may take, until the first heartbeat. */
const OPENING_MS = 10_000
/** After so many heartbeats without a word nobody is there: two may be late, three are not. */
const MISSED = 2.5

export interface StreamParts<T> {
  url: string
  /** The name of the event that carries a snapshot. */
  event: string
  onData(data: T): void
  onConnected(connected: boolean): void
  /**
   * The server asks whether the page is there. Answered by what comes over the network and not by a timer: browsers slow down
   * the timers of pages that nobody looks at.
   */
  onBeat?(): void
  /** The server ended the session. */
  onSignedOut?(): void
  /** Asked after a failure, because EventSource hides its status: true when nobody is signed in any more. */
  isSignedOut?(): Promise<boolean>
}

export function openStream<T>(parts: StreamParts<T>): Stream {
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let closed = false

  const connect = (): void => {
    clearTimeout(timer)
    source?.close()
    const opened = new EventSource(parts.url)
    source = opened
    let patience = OPENING_MS
    const heard = (): void => {
      clearTimeout(silence)
      silence = setTimeout(() => void lost(opened), patience)
    }
    heard()
    opened.addEventListener('open', () => {
      heard()
      failures = 0
      parts.onConnected(true)
    })
    opened.addEventListener('heartbeat', (message: MessageEvent<string>) => {
      patience = MISSED * (JSON.parse(message.data) as { everyMs: number }).everyMs
      heard()
      parts.onBeat?.()
    })
    opened.addEventListener(parts.event, (message: MessageEvent<string>) => {
      heard()
      parts.onData(JSON.parse(message.data) as T)
    })
    opened.addEventListener('signed_out', () => {
      close()
      parts.onSignedOut?.()
    })
    opened.addEventListener('error', () => void lost(opened))
  }

  const lost = async (which: EventSource): Promise<void> => {
    which.close()
    if (closed || which !== source) return
    clearTimeout(silence)
    clearTimeout(timer)
    parts.onConnected(false)
    // A little chance, so that all desks do not come back in the same moment.
    const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures) * (0.75 + Math.random() / 2)
    failures += 1
    timer = setTimeout(connect, wait)
    if (parts.isSignedOut && (await parts.isSignedOut()) && !closed) {
      close()
      parts.onSignedOut?.()
    }
  }

  const close = (): void => {
    closed = true
    clearTimeout(timer)
    clearTimeout(silence)
    source?.close()
    removeEventListener('online', connect)
    removeEventListener('offline', offline)
  }

  // The browser says so before any heartbeat is missed.
  const offline = (): void => {
    if (source) void lost(source)
  }

  addEventListener('online', connect)
  addEventListener('offline', offline)
  connect()
  return { close }
}
