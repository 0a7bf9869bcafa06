/**
 * `rufpass flows break`: what the proof is for, shown to people who have never seen it. A copy of the flows gets one
 * mistake of the kind that happens on a Friday; the proof finds it, and the call that it found is played.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Command } from 'commander'
import { exitsOf, placeOfExit } from '../flow/flow.ts'
import { loadHotlines } from '../hotlines/hotlines.ts'
import { filesOf } from '../hotlines/read-files.ts'
import { prove } from '../proof/check.ts'
import { createFastClock } from '../simulator/engine/clock.ts'
import { readContext } from '../simulator/script/facts.ts'
import { playTranscript } from '../simulator/script/play.ts'
import { headOf, printTranscript } from '../simulator/script/transcript.ts'
import { show } from '../simulator/terminal/show.ts'
import { transcriptOf } from './bad-call.ts'
import { type FlowsFolder, flowsFolder } from './flows-folder.ts'
import { demoServer } from './local-server.ts'

type Print = (text: string) => void

interface Options {
  edge: string
  to: string
}

/**
 * The mistake that is made unless another is asked for: a caller who has no PIN to hand is treated as if they had keyed
 * it.
 */
const DEFAULT_EDGE = 'pin.no_pin'
const DEFAULT_TARGET = 'queue_verified'

/** Names of a step or an exit that are not there. */
class WrongEdge extends Error {
  override readonly name = 'WrongEdge'
}

export function registerBreak(flows: Command, print: Print): void {
  flows
    .command('break')
    .argument('[folder]', 'folder with flows, brands and prompts (default: FLOWS_DIR); it stays as it is')
    .option('--edge <step.exit>', 'the exit that is led elsewhere', DEFAULT_EDGE)
    .option('--to <step>', 'where it is led', DEFAULT_TARGET)
    .description('makes a mistake in a copy, and shows how the proof finds it and what a caller could do with it')
    .action(async (folder: string | undefined, options: Options) => {
      const copy = mkdtempSync(join(tmpdir(), 'rufpass-break-'))
      try {
        const { dir, types } = await flowsFolder(folder)
        // Says what is wrong with a folder that cannot be read, before it is copied.
        loadHotlines(dir, types)
        // Links become files of the copy: what is changed there stays there.
        for (const file of filesOf(dir)) cpSync(file, join(copy, relative(dir, file)), { dereference: true })
        await breakAndPlay({ dir: copy, types }, options, print)
      } finally {
        rmSync(copy, { recursive: true })
      }
    })
}

async function breakAndPlay(copy: FlowsFolder, { edge, to }: Options, print: Print): Promise<void> {
  const { dir, types } = copy
  refuseBroken(copy)
  redirect(copy, edge, to, print)
  const hotlines = loadHotlines(dir, types)
  const { byBrand } = hotlines
  const { findings } = prove(byBrand.values(), hotlines)
  const finding = findings.find(({ call }) => call !== null)
  if (!finding?.call) {
    const told = findings.map(({ line, code, message }) => `  line ${line} [${code}] ${message}\n`)
    if (told.length > 0) print(`The proof, and so every start of the server, says:\n\n${told.join('')}`)
    print('No call that is tried does harm with this: try another edge.')
    return
  }
  const { code, line, column, message } = finding
  print(`The proof, and so every start of the server, says:\n\n  line ${line}, column ${column} [${code}] ${message}\n`)
  print('This is the shortest call that shows it, played on the real server with that flow:\n')
  const transcript = transcriptOf(finding.call, finding)
  const clock = createFastClock(headOf(transcript).on ?? new Date())
  const server = await demoServer(clock, { flowsDir: dir, silent: true })
  try {
    for (const wish of headOf(transcript).before) await server.prepare?.(wish)
    await playTranscript(transcript, {
      ...server,
      clock,
      name: 'the bad call',
      context: (sid) =>
        server.apiToken === null ? Promise.resolve(null) : readContext(server.baseUrl, server.apiToken, sid),
      events: (event) => {
        const shown = show(event)
        if (shown !== null) print(`  ${shown}`)
      },
    })
  } finally {
    await server.close()
  }
  print(lesson(code))
  print(`\nThe call as a transcript, for rufpass call --play:\n\n${printTranscript(transcript)}`)
}

function lesson(code: string): string {
  if (code !== 'level') return '\nThe server does not start with this flow.'
  return [
    '',
    'Without the proof this flow would be in service. The second lock, which checks every hand-off again at run time,',
    'still keeps the caller out of the queue; but everybody who comes this way would hear that something broke.',
    'With the proof the server does not start, and the mistake never meets a caller.',
  ].join('\n')
}

/** What the copy is to show must come of the one mistake. */
function refuseBroken({ dir, types }: FlowsFolder): void {
  const hotlines = loadHotlines(dir, types)
  const { byBrand } = hotlines
  if (prove(byBrand.values(), hotlines).findings.length > 0)
    throw new WrongEdge('These flows have findings already: correct them first, with rufpass flows check.')
}

/** Writes the new target over the old one, at its place in the file. */
function redirect({ dir, types }: FlowsFolder, edge: string, to: string, print: Print): void {
  const [stepName = '', exit = '', ...rest] = edge.split('.')
  const { byBrand } = loadHotlines(dir, types)
  const flow = [...byBrand.values()].map(({ flow }) => flow).find(({ steps }) => steps.has(stepName) && steps.has(to))
  if (!flow)
    throw new WrongEdge(`There is no flow with the steps '${stepName}' and '${to}': name others with --edge and --to.`)
  const step = flow.steps.get(stepName)
  if (!step || rest.length > 0 || !Object.hasOwn(exitsOf(flow, step), exit)) {
    throw new WrongEdge(
      `Step '${stepName}' has no exit '${[exit, ...rest].join('.')}': name one of its exits with --edge.`,
    )
  }
  const path = placeOfExit(flow, stepName, exit)
  const old = flow.source.written(path)
  const { line, column } = flow.source.finding('name', path, '')
  const { file } = flow.source
  const lines = readFileSync(file, 'utf8').split('\n')
  const text = lines[line - 1] ?? ''
  const begin = text.indexOf(old, column - 1)
  lines[line - 1] = `${text.slice(0, begin)}${to}${text.slice(begin + old.length)}`
  writeFileSync(file, lines.join('\n'))
  print(`A copy of the flows, with one mistake in ${flow.name}.yaml, line ${line}:\n`)
  print(`  - ${text.trim()}\n  + ${lines[line - 1]?.trim()}\n`)
}
