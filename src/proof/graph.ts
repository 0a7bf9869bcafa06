/** A flow as a picture: what the exploration found, as Graphviz draws it. The parts are in `graph/`. */
import type { Flow } from '../flow/flow.ts'
import type { CounterExample } from './counter-example.ts'
import type { Exploration } from './exploration.ts'
import { cardLabel, lineLabel } from './graph/card.ts'
import { type Facts, factsOf } from './graph/facts.ts'
import { heading } from './graph/heading.ts'
import { INK, lookOf, RED } from './graph/html.ts'
import { placeOfBreak, type Way, type Ways, waysOf } from './graph/ways.ts'

export interface Picture {
  flow: Flow
  /** The explorations of this flow. */
  explorations: readonly Exploration[]
  /** A call of this flow to draw in, and what is wrong with it. */
  bad: { call: CounterExample; message: string } | null
  /** Whether title and legend stand above it; a page has its own, in its language. */
  legend?: boolean
}

/** A picture in Graphviz's language, and in words for those who cannot see it. */
export interface Graph {
  dot: string
  title: string
  description: string
}

/** Where the line to the first step begins; no step can have this name. */
const RING = '(ring)'
/** Steps below each other in the frame. */
const COLUMN = 3
/** Of the fonts that the SVG names the one that needs most room, so that texts fit in each. */
const FONT = 'fontname="DejaVu Sans"'

/** Draws a flow. */
export function graphOf({ flow, explorations, bad, legend = true }: Picture): Graph {
  const facts = factsOf(flow, explorations)
  const ways = waysOf(flow, facts, bad?.call ?? null)
  const wrong = bad && placeOfBreak(flow, bad.call)
  const brands = [...new Set(explorations.map(({ hotline }) => hotline.brand.name))]
  const whose = brands.length === 1 ? brands[0] : `${brands.length} brands`
  const about = `${flow.steps.size} steps, as calls of ${whose} take them`
  const dot = [
    'digraph flow {',
    `  graph [${FONT} bgcolor="#ffffff" pad=0.2 nodesep=0.14 ranksep=0.32 newrank=true labelloc=t labeljust=l]`,
    ...(legend ? [`  graph [label=<${heading(`Flow ${flow.name}`, about, bad?.message ?? null)}>]`] : []),
    `  node [${FONT} fontsize=12.5 shape=box margin="0.07,0.05"]`,
    `  edge [${FONT} fontsize=11 color="${INK}" fontcolor="${INK}" arrowsize=0.7]`,
    `  "${RING}" [shape=plain label="a call rings" fontsize=12 fontcolor="${INK}"]`,
    `  "${RING}" -> "${flow.start}"${bad ? ` [color="${RED}" penwidth=2.5]` : ''}`,
    ...[...flow.steps.keys()].map((name) => node(flow, name, facts, ways, wrong)),
    ...ways.lines.map(line),
    ...frame(flow, ways),
    '}',
    '',
  ].join('\n')
  return { dot, title: `Flow ${flow.name}`, description: inWords(flow, facts, about, bad?.message ?? null) }
}

function node(flow: Flow, name: string, { least, asks }: Facts, { named }: Ways, wrong: string | null): string {
  const step = flow.steps.get(name)
  if (!step) return ''
  const level = least.get(name)
  const { fill, line, text } = lookOf(level)
  const isWrong = name === wrong
  const card = { name, step, level, asks: asks.get(name) ?? 0, named: named.get(name) ?? [], isWrong }
  const attributes = [
    `label=<${cardLabel(card)}>`,
    `style="filled,rounded${level === undefined ? ',dashed' : ''}"`,
    `fillcolor="${fill}" fontcolor="${text}"`,
    isWrong ? `color="${RED}" penwidth=3` : `color="${line}"`,
    ...(card.asks > 0 ? ['peripheries=2'] : []),
  ]
  return `  "${name}" [${attributes.join(' ')}]`
}

function line(way: Way): string {
  const attributes = [
    `label=<${lineLabel(way)}>`,
    ...(way.numbers.length > 0 ? [`color="${RED}" penwidth=2.5`] : []),
    ...(way.taken ? [] : ['style=dashed']),
  ]
  return `  "${way.from}" -> "${way.to}" [${attributes.join(' ')}]`
}

/** The steps that others name instead of being drawn to them, beside the beginning. */
function frame(flow: Flow, { named }: Ways): string[] {
  const wanted = new Set([...named.values()].flat().map(({ to }) => to))
  const names = [...flow.steps.keys()].filter((name) => wanted.has(name) && name !== flow.start)
  if (names.length === 0) return []
  const below = names.flatMap((name, index) => {
    const next = names[index + 1]
    return next === undefined || index % COLUMN === COLUMN - 1 ? [] : [`    "${name}" -> "${next}" [style=invis]`]
  })
  return [
    '  subgraph cluster_frame {',
    `    graph [label="Many steps lead to these" fontsize=11 fontcolor="${INK}" color="#9ca3af" style=rounded margin=10]`,
    ...names.map((name) => `    "${name}"`),
    ...below,
    '  }',
  ]
}

function inWords(flow: Flow, { least, asks }: Facts, about: string, message: string | null): string {
  const names = [...flow.steps.keys()]
  const locked = names.flatMap((name) => ((asks.get(name) ?? 0) > 0 ? [`${name} (level ${asks.get(name)})`] : []))
  const unreached = names.filter((name) => !least.has(name))
  return [
    `A flow chart: ${about}, beginning at ${flow.start}.`,
    'Each step shows the least that callers have proved when they come to it: 0, 1 or 2.',
    ...(locked.length > 0 ? [`Hand-offs that ask for a proof: ${locked.join(', ')}.`] : []),
    ...(unreached.length > 0 ? [`No call comes to: ${unreached.join(', ')}.`] : []),
    ...(message === null ? [] : [`A red way shows the shortest call that breaks a rule: ${message}.`]),
  ].join(' ')
}
