/** `rufpass flows graph`: a flow as a picture, with the first call in it that breaks a rule. */
import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { type Finding, lineOf } from '../flow/files/finding.ts'
import type { Flow } from '../flow/flow.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { StepTypes } from '../flow/step.ts'
import { explored, svgOf } from '../hotlines/draw-flow.ts'
import { loadHotlines } from '../hotlines/hotlines.ts'
import { flowsFolder } from './flows-folder.ts'

type Print = (text: string) => void

export interface GraphOptions {
  flow?: string
  brand?: string
  dot?: true
}

/** A picture as a file's text, and the finding whose call is drawn in. */
export interface Drawn {
  text: string
  flow: string
  finding: Finding | null
}

const MORE = `
A step's colour and number tell the least that callers have proved when they come to it. If the check finds a call that
breaks a rule, the first such call is drawn in, in red.

Examples:
  rufpass flows graph --out hotline.svg           the only flow there is
  rufpass flows graph my-flows --brand mybrand    as one brand's calls take it, to a file by > picture.svg
  rufpass flows graph --dot | dot -Tpdf           for other tools that know Graphviz's language`

export function registerGraph(flows: Command, print: Print): void {
  flows
    .command('graph')
    .argument('[folder]', 'folder with flows, brands and prompts (default: FLOWS_DIR)')
    .option('--flow <name>', 'the flow to draw (default: the only one, or that of the brand)')
    .option('--brand <name>', 'draw what the calls of one brand do (default: of all)')
    .option('--out <file>', 'write the picture there (default: standard output)')
    .option('--dot', "write Graphviz's language in place of SVG")
    .description('draws a flow, with what callers have proved at each step')
    .addHelpText('after', MORE)
    .action(async (folder: string | undefined, options: GraphOptions & { out?: string }, command: Command) => {
      const { out, dot } = options
      if (out === undefined && !dot && process.stdout.isTTY) {
        command.error('A picture is nothing for a terminal: name a file, as --out hotline.svg, or add > hotline.svg')
      }
      const refuse = (message: string): never => command.error(message)
      const { dir, types } = await flowsFolder(folder)
      const { text, finding } = await drawFlow(dir, options, refuse, types)
      if (out === undefined) print(text.trimEnd())
      else {
        writeOut(out, text, refuse)
        print(`${out} written.`)
      }
      if (finding) process.stderr.write(`Drawn in red: ${lineOf(finding)}\n`)
    })
}

/** Draws a flow of the folder. `refuse` is told, as a sentence, of names that are not there; it must throw. */
export async function drawFlow(
  dir: string,
  options: GraphOptions,
  refuse: (message: string) => never,
  types?: StepTypes,
): Promise<Drawn> {
  const { byBrand, drafts, checks } = loadHotlines(dir, types)
  const { flow: name, brand, dot } = options
  const inUse = [...byBrand.values()].filter((hotline) => isOf(hotline, brand))
  if (inUse.length === 0) {
    refuse(`There is no brand '${brand}': name one of ${[...byBrand.keys()].join(', ')} with --brand.`)
  }
  const fitting = drafts.filter((hotline) => isOf(hotline, brand))
  const sent = checks.filter((hotline) => isOf(hotline, brand))
  const flow = chosenFlow(name, inUse, { sent, fitting }, refuse)
  const { graph, finding } = explored(flow, inUse, { drafts: fitting, checks: sent })
  return { text: dot ? graph.dot : await svgOf(graph), flow: flow.name, finding }
}

/** The flow of that name; without a name the only one that is called, or else the only draft. */
function chosenFlow(
  name: string | undefined,
  inUse: readonly Hotline[],
  { sent, fitting }: { sent: readonly Hotline[]; fitting: readonly Hotline[] },
  refuse: (message: string) => never,
): Flow {
  const of = (hotlines: readonly Hotline[]): Flow[] => [...new Set(hotlines.map(({ flow }) => flow))]
  const flows = of([...inUse, ...sent, ...fitting])
  const names = flows.map((flow) => flow.name).join(', ')
  const wanted = name === undefined ? of([...inUse, ...fitting]) : flows.filter((flow) => flow.name === name)
  const [flow] = wanted
  if (flow === undefined) return refuse(`There is no flow '${name}': name one of ${names} with --flow.`)
  if (wanted.length > 1) return refuse(`There are several flows: name one of ${names} with --flow.`)
  return flow
}

function isOf({ brand }: Hotline, name: string | undefined): boolean {
  return name === undefined || brand.name === name
}

function writeOut(file: string, text: string, refuse: (message: string) => never): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    refuse(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}
