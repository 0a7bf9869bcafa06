/** `rufpass flows check`: the proof, for people and for programs. */
import { mkdirSync, watch, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import { type Finding, FlowError, isUnsafe, rules } from '../flow/files/finding.ts'
import type { StepTypes } from '../flow/step.ts'
import { ownStepTypes } from '../flow/steps/index.ts'
import { type Hotlines, loadHotlines } from '../hotlines/hotlines.ts'
import { provedBefore } from '../hotlines/proved-before.ts'
import { type Paint, paintFor, unpainted } from '../log/paint.ts'
import { type Proof, prove } from '../proof/check.ts'
import type { ProofFinding } from '../proof/counter-example.ts'
import { printTranscript } from '../simulator/script/transcript.ts'
import { type Unfit, untold } from '../tell/ways-out.ts'
import { transcriptOf } from './bad-call.ts'
import { flowsFolder } from './flows-folder.ts'

type Print = (text: string) => void

interface Options {
  json?: true
  watch?: true
  save?: string
}

/** Where each rule is explained, under its code. */
const EXPLAINED = 'docs/flows.md, "What the check finds"'
/** An editor writes a file in several steps; the check begins when it has been quiet for this long (milliseconds). */
const QUIET_MS = 100

export function registerCheck(flows: Command, print: Print): void {
  flows
    .command('check')
    .argument('[folder]', 'folder with flows, brands and prompts (default: FLOWS_DIR)')
    .option('--json', 'for programs: everything as one JSON object')
    .option('--watch', 'check again whenever a file is saved; end with Ctrl-C')
    .option('--save <folder>', 'write each bad call as a transcript, which rufpass call --play plays')
    .description('proves that no call can do what it must not, and shows the shortest one that can')
    .action(async (folder: string | undefined, options: Options) => {
      const { dir, types } = await flowsFolder(folder)
      const paint = paintFor(process.stdout)
      const check = (): boolean => checkFolder(dir, options, print, { types, paint })
      if (!check()) process.exitCode = 1
      if (options.watch) await watchFolder(dir, { check, print: options.json ? () => {} : print })
    })
}

/** Says where saved calls cannot be written. */
class NoFolder extends Error {
  override readonly name = 'NoFolder'
}

/** Checks a folder and prints what was found; true when nothing was. */
export function checkFolder(
  dir: string,
  options: Pick<Options, 'json' | 'save'>,
  print: Print,
  { types, paint = unpainted }: { types?: StepTypes | undefined; paint?: Paint } = {},
): boolean {
  const began = performance.now()
  const { findings, proof, notes } = checked(dir, types)
  const ms = performance.now() - began
  if (options.json) print(JSON.stringify(asJson(dir, findings, proof, ms), null, 2))
  else if (findings.length > 0) for (const text of explained(dir, findings, paint)) print(text)
  else print(summary(dir, proof, ms, paint))
  if (!options.json) for (const { brands, sentence } of notes) print(`Note, of ${brands.join(', ')}: ${sentence}.`)
  if (options.save !== undefined) saveCalls(options.save, findings, options.json ? () => {} : print)
  return findings.length === 0
}

/** What is unsafe comes first. Files that cannot be read have no calls to prove, so their findings stand alone. */
function checked(
  dir: string,
  types: StepTypes = ownStepTypes,
): {
  findings: ProofFinding[]
  proof: Proof | null
  notes: Unfit[]
} {
  const before = provedBefore({ flowsDir: dir, types })
  let hotlines: Hotlines
  try {
    hotlines = loadHotlines(dir, types)
  } catch (error) {
    if (!(error instanceof FlowError)) throw error
    return {
      findings: error.findings.map((finding) => ({ ...finding, brands: [], call: null })),
      proof: null,
      notes: [],
    }
  }
  const proof = prove(hotlines.byBrand.values(), hotlines)
  if (proof.findings.length === 0) before.keep()
  const brands = [...hotlines.byBrand.values()].map(({ brand }) => brand)
  const isFirst = ({ code }: ProofFinding): number => (isUnsafe({ code }) ? 0 : 1)
  return {
    findings: proof.findings.toSorted((one, other) => isFirst(one) - isFirst(other)),
    proof,
    notes: untold(brands, { isPortalOpen: true }),
  }
}

function summary(dir: string, proof: Proof | null, ms: number, paint: Paint): string {
  if (!proof) return ''
  const { flows, brands, states, exchanges, most } = proof
  const counted = (number: number, noun: string): string =>
    `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
  return [
    `${dir}: ${paint('good', 'nothing to correct.')}`,
    `${counted(flows, 'flow')}, ${counted(brands, 'brand')}; ${counted(states, 'state')} and ${counted(exchanges, 'exchange')} explored in ${seconds(ms / 1000)}.`,
    `In any call at most ${counted(most.tries, 'PIN try').replace('trys', 'tries')}, ${counted(most.entries, 'number entry').replace('entrys', 'entries')} and ${counted(most.turns, 'turn')};`,
    `the longest lasts ${minutes(most.seconds)} without queues, when all is heard out and every entry begins at the last moment.`,
  ].join('\n')
}

/** What each weight of a finding means for those who want to start a server with it. */
const WEIGHTS = {
  unsafe: { meaning: 'bad', says: 'Unsafe: no server starts with this.' },
  warning: { meaning: 'doubtful', says: 'Warning: calls are safe, and a server starts with this and says so.' },
} as const

function explained(dir: string, findings: readonly ProofFinding[], paint: Paint): string[] {
  const unsafe = findings.filter(isUnsafe)
  const each = findings.map((finding) => {
    const { code, file, line, column, message, brands, call, excerpt } = finding
    const [what = '', ...remedies] = message.split('; ')
    const { says, severity } = rules[code]
    const weight = WEIGHTS[severity]
    return [
      `${paint('place', `${relative('.', file) || file}:${line}:${column}`)} ${paint(weight.meaning, `[${code}]`)}`,
      ...(excerpt === undefined ? [] : [paint('aside', excerpt)]),
      `  ${paint('place', `${capital(what)}.`)}`,
      ...remedies.map((remedy) => `  ${capital(remedy)}.`),
      `  ${paint(weight.meaning, weight.says)}`,
      `  Rule: ${says}`,
      ...(brands.length > 0 ? [`  Brands: ${brands.join(', ')}.`] : []),
      ...(call
        ? ['', '  The shortest such call:', indented(printTranscript(transcriptOf(call, finding)), '    ')]
        : []),
      '',
    ].join('\n')
  })
  const playable = findings.some(({ call }) => call !== null)
  const number = findings.length === 1 ? '1 finding' : `${findings.length} findings`
  const [weight, verdict] =
    unsafe.length > 0
      ? ([
          'unsafe',
          `${number} in ${dir}, ${unsafe.length} of them unsafe: no server starts with these flows.`,
        ] as const)
      : (['warning', `${number} in ${dir}, none of them unsafe: a server starts, and says so.`] as const)
  return [
    ...each,
    `${paint(WEIGHTS[weight].meaning, verdict)} Every rule is explained in ${EXPLAINED}.`,
    ...(playable
      ? [
          `Hear the calls: rufpass flows check --save calls "${dir}", then FLOWS_DIR="${dir}" rufpass call --play calls/1-….txt`,
        ]
      : []),
  ]
}

function asJson(dir: string, findings: readonly ProofFinding[], proof: Proof | null, ms: number): object {
  const { flows, brands, states, exchanges, most } = proof ?? {}
  return {
    folder: dir,
    ok: findings.length === 0,
    summary: proof && { flows, brands, states, exchanges, most, milliseconds: Math.round(ms) },
    findings: findings.map(({ call, ...finding }) => ({
      ...finding,
      severity: rules[finding.code].severity,
      rule: rules[finding.code].says,
      transcript: call && printTranscript(transcriptOf(call, finding)),
    })),
  }
}

function saveCalls(folder: string, findings: readonly (Finding & Pick<ProofFinding, 'call'>)[], print: Print): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch {
    throw new NoFolder(`${folder} cannot be made a folder: name another with --save.`)
  }
  for (const [index, finding] of findings.entries()) {
    if (!finding.call) continue
    const file = join(folder, `${index + 1}-${finding.code}.txt`)
    writeFileSync(file, printTranscript(transcriptOf(finding.call, finding)))
    print(`${file} written.`)
  }
}

/** Never ends, but for a folder that is not there. */
async function watchFolder(dir: string, { check, print }: { check: () => void; print: Print }): Promise<void> {
  let changes = 0
  try {
    // Files that come and go while they are looked at, as editors' own do, are no reason to stop watching.
    watch(dir, { recursive: true }, () => changes++).on('error', () => changes++)
  } catch {
    return
  }
  for (;;) {
    const before = changes
    await pause(QUIET_MS)
    if (changes === 0 || changes !== before) continue
    changes = 0
    print(`\n${new Date().toLocaleTimeString('en', { hour12: false })}`)
    check()
  }
}

function indented(text: string, by: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : by + line))
    .join('\n')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`
}

function minutes(value: number): string {
  const whole = Math.ceil(value)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}
