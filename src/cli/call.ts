import { writeFileSync } from 'node:fs'
import type { ReadStream } from 'node:tty'
import { type Command, Option } from 'commander'
import { paintFor } from '../log/paint.ts'
import type { Clock } from '../seams/clock.ts'
import { MOST_BYTES, NotWhole, readWhole } from '../seams/whole-file.ts'
import type { PhoneEvent } from '../simulator/engine/caller.ts'
import { createFastClock, realClock } from '../simulator/engine/clock.ts'
import { createPhone } from '../simulator/engine/phone.ts'
import { RefusedTwiml } from '../simulator/engine/verbs.ts'
import { readContext, type SeenCall } from '../simulator/script/facts.ts'
import { playTranscript } from '../simulator/script/play.ts'
import { createRecorder } from '../simulator/script/record.ts'
import { headOf, parseTranscript, printTranscript, TranscriptError } from '../simulator/script/transcript.ts'
import { createLineReader, type LineReader } from '../simulator/terminal/line-reader.ts'
import { show, showContext } from '../simulator/terminal/show.ts'
import { createKeyCaller, createLineCaller, type TerminalOptions } from '../simulator/terminal/terminal.ts'
import { type Fault, faults } from '../simulator/view.ts'
import type { CallServer, LocalServer, RemoteServer } from './call-server.ts'

/** A hotline that can be called. */
interface Callable {
  brand: string
  number: string
}

export interface CallDependencies {
  /**
   * Starts the real app in this process on a port of its own, living by this clock: `demo` with the demo customers and
   * nothing else, `configured` on the store of this folder, or gives the server that runs on that store already.
   */
  startLocal(options: { clock: Clock; kind: 'demo' | 'configured' }): Promise<LocalServer>
  /** A running server there, and nobody else. Throws a sentence for people when a setting for it is missing. */
  remote(url: string): RemoteServer
  /** The hotlines there are. */
  hotlines(): readonly Callable[] | Promise<readonly Callable[]>
  input?: NodeJS.ReadableStream
  output?: NodeJS.WritableStream
}

interface Options {
  to?: string
  from: string
  url?: string
  save?: string
  saveKeys?: true
  play?: string
  fast?: true
  fault?: Fault
}

/** One of the mobile numbers that the German regulator keeps for films. */
const DEMO_CALLER = '+491713920099'

/** `rufpass call`: a phone in the terminal. */
export function registerCall(program: Command, dependencies: CallDependencies): void {
  program
    .command('call')
    .description('call a hotline from this terminal, without a Twilio account')
    .option('--to <number|brand>', 'the hotline; without it you choose from a list')
    .option('--from <number>', "the caller's number, or withheld", DEMO_CALLER)
    .option('--url <base>', 'call a running server there; without it the one of this folder, started if need be')
    .option('--save <file>', 'write the call down as a transcript, which --play and the tests can play')
    .option('--save-keys', 'with --url: save keys too. Without it they are hidden, for they may be real credentials')
    .option('--play <file>', 'play a transcript instead of asking you; ends with 1 when something differs')
    .option(
      '--fast',
      'no real time: speech takes none, and the hotline waits while you type (always so in a pipe); silence lasts, at a server that runs already',
    )
    .addOption(
      new Option('--fault <kind>', 'what the network does to every webhook that carries keys').choices([...faults]),
    )
    .action(async (options: Options) => {
      try {
        await (options.play === undefined ? callByHand : play)({ ...options }, dependencies)
      } catch (error) {
        if (!(error instanceof Error)) throw error
        const known = error instanceof TranscriptError || error instanceof RefusedTwiml
        ;(dependencies.output ?? process.stdout).write(`${known ? '' : 'The call failed: '}${error.message}\n`)
        process.exitCode = 1
      }
    })
}

/** @throws {NotWhole} with a sentence; whatever the file system throws. */
function transcriptIn(file: string): string {
  try {
    return readWhole(file, MOST_BYTES.text).toString('utf8')
  } catch (error) {
    throw error instanceof NotWhole ? new Error(`${file} ${error.message}.`) : error
  }
}

async function play(options: Options, dependencies: CallDependencies): Promise<void> {
  const file = options.play ?? ''
  const write = writer(dependencies)
  const transcript = parseTranscript(transcriptIn(file), file)
  const head = headOf(transcript)
  if (options.url && head.before.length > 0) {
    throw new Error(`${file} has 'before:' lines, which only a server started here can prepare; leave out --url.`)
  }
  const clock = createFastClock(head.on ?? new Date())
  await withServer(options, dependencies, clock, async (server, local) => {
    for (const line of head.before) {
      if (!local?.prepare) throw new Error(`'before: ${line}' cannot be prepared here.`)
      await local.prepare(line)
    }
    const events = (event: PhoneEvent): void => print(write, event)
    await playTranscript(transcript, {
      ...server,
      ...timeOf(server),
      clock,
      name: file,
      events,
      context: (sid) => contextOf(server, sid),
    })
    write(`${file}: ${paintFor(dependencies.output ?? process.stdout)('good', 'as written.')}\n`)
  })
}

/** Where the server does not live by the caller's clock. */
function timeOf({ inRealTime = false }: CallServer): { serverClock?: Clock } {
  return inRealTime ? { serverClock: realClock } : {}
}

/** Twilio's codes stand above; what they come to, and what to do, stands here. */
function brokeOff({ baseUrl, publicBaseUrl = baseUrl }: CallServer): string {
  return `${baseUrl} gave this call nothing to go on with. Where there was no connection, no server listens there: start it, or name its address by --url. Where it answered 403, the call was signed with another token, or for another address (${publicBaseUrl}), than that server has.`
}

async function callByHand(options: Options, dependencies: CallDependencies): Promise<void> {
  const input = dependencies.input ?? process.stdin
  const output = dependencies.output ?? process.stdout
  const write = writer(dependencies)
  const live = isTerminal(input) && !options.fast
  const clock = live ? realClock : createFastClock(new Date())
  const lines = createLineReader(input, output)
  try {
    const to = await hotlineOf(options.to, dependencies, lines, write)
    if (live) lines.close()
    const from = options.from === 'withheld' ? null : options.from
    await withServer(options, dependencies, clock, async (server, local) => {
      const hide = !(options.saveKeys || local?.demo)
      const recorder = createRecorder({ title: `A call to ${to}`, called: to, from, at: clock.now(), hide })
      let callSid = ''
      let context: SeenCall | null = null
      const look = async (): Promise<void> => {
        context = await contextOf(server, callSid).catch(() => null)
      }
      const terminal: TerminalOptions = { write, beforeHangUp: look, fault: options.fault ?? null }
      const keys = live && isTerminal(input) ? createKeyCaller(input, terminal) : null
      const caller = keys ?? createLineCaller(lines, clock, terminal)
      const events = (event: PhoneEvent): void => {
        if (event.kind === 'dialled') callSid = event.callSid
        recorder.notice(event)
        print(write, event)
      }
      try {
        const end = await createPhone({ ...server, ...timeOf(server), clock, caller, events }).call({ to, from })
        if (end.by !== 'caller') await look()
        if (end.by === 'failure') {
          write(`${brokeOff(server)}\n`)
          process.exitCode = 1
        }
        if (server.apiToken !== null) write(`${showContext(context)}\n`)
      } finally {
        keys?.close()
        if (options.save !== undefined) save(options.save, printTranscript(recorder.transcript(context)), hide, write)
      }
    })
  } finally {
    lines.close()
  }
}

/** A number as it is, a brand by its name, or a choice from the list. */
async function hotlineOf(
  to: string | undefined,
  dependencies: CallDependencies,
  lines: LineReader,
  write: (text: string) => void,
): Promise<string> {
  if (to?.startsWith('+')) return to
  const hotlines = await dependencies.hotlines()
  const byName = (name: string) => hotlines.find(({ brand }, index) => brand === name || String(index + 1) === name)
  if (to === undefined) {
    write(`${hotlines.map(({ brand, number }, index) => `  ${index + 1}  ${brand.padEnd(14)} ${number}`).join('\n')}\n`)
    to = (await lines.next('Which hotline? ')) ?? ''
  }
  const found = byName(to.trim())
  if (found) return found.number
  throw new Error(`there is no hotline '${to}'; name one of ${hotlines.map(({ brand }) => brand).join(', ')}.`)
}

async function withServer(
  { url, play }: Options,
  dependencies: CallDependencies,
  clock: Clock,
  run: (server: CallServer, local: LocalServer | null) => Promise<void>,
): Promise<void> {
  if (url !== undefined) {
    const { server, notes } = dependencies.remote(url)
    for (const note of notes) writer(dependencies)(`${note}\n`)
    return run(server, null)
  }
  const local = await dependencies.startLocal({ clock, kind: play === undefined ? 'configured' : 'demo' })
  try {
    await run(local, local)
  } finally {
    await local.close()
  }
}

async function contextOf(server: CallServer, callSid: string): Promise<SeenCall | null> {
  return server.apiToken === null ? null : readContext(server.baseUrl, server.apiToken, callSid)
}

function save(file: string, text: string, hidden: boolean, write: (text: string) => void): void {
  writeFileSync(file, text)
  write(`Saved as ${file}${hidden ? ', keys hidden (--save-keys shows them)' : ''}.\n`)
}

function print(write: (text: string) => void, event: PhoneEvent): void {
  const line = show(event)
  if (line !== null) write(`${line}\n`)
}

function writer({ output = process.stdout }: CallDependencies): (text: string) => void {
  return (text) => void output.write(text)
}

function isTerminal(input: NodeJS.ReadableStream): input is ReadStream {
  return 'isTTY' in input && input.isTTY === true
}
