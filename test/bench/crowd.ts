/**
 * Callers who are many at once, each as Twilio brings them: every webhook again after a silence, as our documents ask it to
 * (`connectionOverrides`), back by itself where they are asked to hold on, and to the fallback where nobody answers.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { USUAL_PATIENCE } from '../../src/seams/patience.ts'
import { gathered } from '../support/signing.ts'
import { BRAND, type Customer, newCall, RINGING, stepIn, webhook } from './caller.ts'
import { type Answer, openConnection } from './connections.ts'

/**
 * What became of a caller. `verified`: with the right PIN, and in the queue of verified callers; `person`: in the general queue;
 * `told wrong`: that the PIN was, and asked for it again; `asked` again for anything else, as for a PIN that could not be checked; `began again`: the call did, for nobody knew it any more;
 * `thrown out`: nobody answered a webhook, and neither did the fallback;
 * `wrong`: verified with a wrong PIN, or led where nobody sent them.
 */
export type End = 'verified' | 'person' | 'told wrong' | 'asked' | 'began again' | 'thrown out' | 'wrong'

export interface Made {
  end: End
  /** By Twilio's fallback, because a webhook was not answered in time. */
  fellBack: boolean
  /** How often a PIN was keyed. */
  keyed: number
  /** How often the caller was asked to hold on. */
  holds: number
  /** The longest that Twilio waited for one webhook, its deliveries together, ms. */
  slowestMs: number
}

/** Where a caller's next delivery goes: the port of one server, or of one among several. */
export type Ports = () => number

/** A call on its way, as its caller knows it. */
export interface Line {
  callId: string
  step: string
  made: Omit<Made, 'end'>
}

/** Rings, chooses the topic and keys the number, with a pause before each: then the hotline waits for the PIN. */
export async function toPin(ports: Ports, { number }: Customer, pauseMs = 0): Promise<Line | Made> {
  const line: Line = { callId: newCall(), step: '', made: { fellBack: false, keyed: 0, holds: 0, slowestMs: 0 } }
  let answer = await hear(ports, line, '/voice/incoming', RINGING)
  for (const entry of [gathered('1'), gathered(number, '#')]) {
    if (answer === null || queueIn(answer) !== null) return { ...line.made, end: endOf(answer, false) }
    if (pauseMs > 0) await wait(pauseMs)
    answer = await hear(ports, line, stepIn(answer), entry)
  }
  if (answer === null || queueIn(answer) !== null) return { ...line.made, end: endOf(answer, false) }
  return { ...line, step: stepIn(answer) }
}

/** Keys the PIN, and again where it could not be checked; where the call begins again, all of it. */
export async function keyPin(ports: Ports, line: Line, who: Customer, isRight = true): Promise<Made> {
  const { number, pin } = who
  const digits = gathered(isRight ? pin : wrongFor(pin))
  const keyed = (step: string): Promise<Answer | null> => {
    line.made.keyed += 1
    return hear(ports, line, step, digits)
  }
  let answer = await keyed(line.step)
  // Nobody knew the call any more, so it began again, and the caller goes on.
  if (isGreeted(answer)) {
    for (const entry of [gathered('1'), gathered(number, '#')])
      if (answer?.body.includes('<Gather')) answer = await hear(ports, line, stepIn(answer), entry)
    if (answer?.body.includes('<Gather')) answer = await keyed(stepIn(answer))
  }
  if (answer?.body.includes('<Gather') && isRight) answer = await keyed(stepIn(answer))
  return { ...line.made, end: endOf(answer, isRight) }
}

/** A whole call of somebody with a right PIN. */
export async function makeCall(ports: Ports, who: Customer): Promise<Made> {
  const line = await toPin(ports, who)
  return 'end' in line ? line : keyPin(ports, line, who)
}

/** The first words of a call. */
const GREETING = /Korbmobil, hallo/

/** What is said of a wrong PIN alone (`verify.failed` in the brand's first language). */
const TOLD_WRONG = /Das hat noch nicht geklappt/

const isGreeted = (answer: Answer | null): answer is Answer => answer !== null && GREETING.test(answer.body)

const wrongFor = (pin: string): string => String((Number(pin) + 1234) % 10_000).padStart(4, '0')

function endOf(answer: Answer | null, mayBeVerified: boolean): End {
  if (answer === null) return 'thrown out'
  const queue = queueIn(answer)
  if (queue === null && !answer.body.includes('<Gather')) return 'thrown out'
  if (queue === null && isGreeted(answer)) return 'began again'
  if (queue === null) return TOLD_WRONG.test(answer.body) ? 'told wrong' : 'asked'
  if (queue === `${BRAND}.credit`) return mayBeVerified ? 'verified' : 'wrong'
  return queue === `${BRAND}.general` ? 'person' : 'wrong'
}

const queueIn = ({ body }: Answer): string | null => /<Enqueue[^>]*>([^<]*)</.exec(body)?.[1] ?? null

const heldIn = ({ body }: Answer): string | null =>
  /<Redirect[^>]*>https:\/\/voice\.example\.com(\/voice\/held\/[^<#]+)/.exec(body)?.[1] ?? null

/** What is heard in the end of this webhook and of those that ask to hold on; null: nothing, from the fallback neither. */
async function hear(ports: Ports, line: Line, path: string, more: Record<string, string>): Promise<Answer | null> {
  let answer = await fetched(ports, line, path, more)
  for (let held = answer && heldIn(answer); answer && held; held = answer && heldIn(answer)) {
    line.made.holds += 1
    answer = await fetched(ports, line, held, {})
  }
  if (answer !== null) return answer
  line.made.fellBack = true
  return fetched(ports, line, '/voice/fallback', { ErrorCode: '11200' })
}

async function fetched(
  ports: Ports,
  { callId, made }: Line,
  path: string,
  more: Record<string, string>,
): Promise<Answer | null> {
  const began = performance.now()
  const left = (): number => USUAL_PATIENCE.totalMs - (performance.now() - began)
  let answer: Answer | null = null
  for (let delivery = 0; delivery < 3 && answer === null && left() > 0; delivery++)
    answer = await delivered(ports(), path, callId, more, Math.min(USUAL_PATIENCE.listensMs, left()))
  made.slowestMs = Math.max(made.slowestMs, performance.now() - began)
  return answer
}

/** One delivery; null where nobody listens there, or nothing is answered in time, or a 5xx. */
async function delivered(
  port: number,
  path: string,
  callId: string,
  more: Record<string, string>,
  patienceMs: number,
): Promise<Answer | null> {
  const connection = await openConnection(port).catch(() => null)
  if (connection === null) return null
  const late = new AbortController()
  // An answer that has arrived counts, however late this process comes to it.
  const silence = wait(patienceMs, null, { signal: late.signal })
    .then(() => new Promise<null>((resolve) => setImmediate(() => resolve(null))))
    .catch(() => null)
  try {
    return await Promise.race([webhook(connection, path, callId, more).catch(() => null), silence])
  } finally {
    late.abort()
    connection.close()
  }
}

/** Processes that do nothing but count, and how to end them. They end by themselves after `mostMs` in any case. */
export function keepBusy(perCore: number, mostMs: number): () => void {
  const counting = `for (const end = Date.now() + ${mostMs}; Date.now() < end; );`
  const busy = Array.from(
    { length: availableParallelism() * perCore },
    (): ChildProcess => spawn(process.execPath, ['-e', counting], { stdio: 'ignore' }),
  )
  return () => {
    for (const each of busy) each.kill('SIGKILL')
  }
}
