import type { Log } from '../seams/log.ts'

/**
 * A promise of some package that was rejected, and that nobody heard, ends no call: Node would end the process, and with it every
 * call that it serves. Nobody waits for it, or it would have been heard. What is thrown
 * outside of a promise still ends the process. https://nodejs.org/api/process.html#event-unhandledrejection
 */
export function outliveRejections(log: Pick<Log, 'error'>): void {
  process.on('unhandledRejection', (err) => log.error({ err }, 'a promise was rejected, and nobody heard it'))
}
