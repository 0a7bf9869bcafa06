/** Counts what is asked of the stores: SQL statements as they are sent, commands of the live store, and the JSON of calls. */
import pg from 'pg'
import type { Live } from '../../src/live/live.ts'

export interface Work {
  /** Sent to the database, BEGIN and COMMIT among them. */
  statements: number
  /** That came back. */
  rows: number
  /** Of Redis; what would be one there, in memory. */
  commands: number
  /** The most that one call was when it was saved; 0 where none was. */
  bytes: number
}

export interface WorkCounter {
  /** The work of one act. `isOther`: statements that are not counted. */
  during(act: () => Promise<unknown>, isOther?: (text: string) => boolean): Promise<Work>
  /** What was sent in the last act, to be read where a count is not as it was. */
  sent(): readonly string[]
  stop(): void
}

/** Signals are counted and told to nobody, so nothing is done but what the act itself does. */
export function countWork(live: Live): WorkCounter {
  const sent: { text: string; rows: number }[] = []
  let commands = 0
  let bytes = 0
  const plain = pg.Client.prototype.query as (...args: unknown[]) => unknown
  const counting = function (this: unknown, ...args: unknown[]): unknown {
    const [config] = args as [string | { text?: string }]
    const one = { text: typeof config === 'string' ? config : (config.text ?? ''), rows: 0 }
    sent.push(one)
    const answer = plain.apply(this, args)
    if (answer instanceof Promise) answer.then(({ rows }: pg.QueryResult) => (one.rows = rows.length)).catch(() => {})
    return answer
  }
  pg.Client.prototype.query = counting as unknown as typeof pg.Client.prototype.query

  const { calls, limits, signals } = live
  const before = { ...calls }
  const send = signals.send
  const limitsBefore = { ...limits }
  for (const name of Object.keys(before) as (keyof typeof before)[]) {
    const ask = before[name] as (...args: unknown[]) => unknown
    const counted = (...args: unknown[]): unknown => {
      commands += 1
      if (name === 'save') bytes = Math.max(bytes, Buffer.byteLength(JSON.stringify(args[2])))
      return ask(...args)
    }
    Object.assign(calls, { [name]: counted })
  }
  for (const name of Object.keys(limitsBefore) as (keyof typeof limitsBefore)[]) {
    const ask = limitsBefore[name] as (...args: unknown[]) => unknown
    Object.assign(limits, {
      [name]: (...args: unknown[]): unknown => {
        commands += 1
        return ask(...args)
      },
    })
  }
  signals.send = async () => {
    commands += 1
  }

  return {
    async during(act, isOther = () => false) {
      sent.length = 0
      commands = 0
      bytes = 0
      await act()
      const own = sent.filter(({ text }) => !isOther(text))
      return { statements: own.length, rows: own.reduce((sum, { rows }) => sum + rows, 0), commands, bytes }
    },
    sent: () => sent.map(({ text, rows }) => `${rows} rows: ${text.trim().replace(/\s+/g, ' ').slice(0, 160)}`),
    stop() {
      pg.Client.prototype.query = plain as typeof pg.Client.prototype.query
      Object.assign(calls, before)
      Object.assign(limits, limitsBefore)
      signals.send = send
    },
  }
}
