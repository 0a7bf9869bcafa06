/**
 * A sign of life on streams of server-sent events. It is an event, because a page's script sees no comments: a connection
 * that dies without a word, as behind a proxy that swallows everything, shows by its silence alone (`page/stream.ts`).
 */
const EVERY_MS = 5_000

/** Beats at once and for as long as the stream is open, and says with every beat how often. */
export function beat(push: (data: object, event: string) => unknown, isOpen: () => boolean, everyMs = EVERY_MS): void {
  const timer = setInterval(once, everyMs).unref()
  function once(): void {
    if (isOpen()) push({ everyMs }, 'heartbeat')
    else clearInterval(timer)
  }
  once()
}
