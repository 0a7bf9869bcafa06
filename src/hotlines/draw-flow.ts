/** A flow as a picture, for the command line and for the telephone page. */
import type { Call } from '../call/call.ts'
import type { Finding } from '../flow/files/finding.ts'
import type { Flow } from '../flow/flow.ts'
import type { Hotline } from '../flow/hotline.ts'
import { prove } from '../proof/check.ts'
import { finished } from '../proof/graph/svg.ts'
import { type Graph, graphOf } from '../proof/graph.ts'
import type { Hotlines } from './hotlines.ts'

/** A flow as the calls of these hotlines take it, and the finding whose call is drawn in. */
export function explored(
  flow: Flow,
  inUse: readonly Hotline[],
  others: { drafts: readonly Hotline[]; checks: readonly Hotline[] },
  { legend = true }: { legend?: boolean } = {},
): { graph: Graph; finding: Finding | null } {
  const isDrawn = (hotline: Hotline): boolean => hotline.flow === flow
  const { drafts, checks } = others
  const { findings, explorations } = prove(
    inUse.filter(isDrawn),
    { drafts: drafts.filter(isDrawn), checks: checks.filter(isDrawn) },
    { keep: true, calls: true },
  )
  const finding = findings.find(({ call }) => call !== null) ?? null
  const bad = finding?.call ? { call: finding.call, message: finding.message } : null
  return { graph: graphOf({ flow, explorations, bad, legend }), finding }
}

/** Graphviz is a megabyte, so that only those who draw load it. */
export async function svgOf(graph: Graph): Promise<string> {
  const { instance } = await import('@viz-js/viz')
  return finished((await instance()).renderString(graph.dot, { format: 'svg', engine: 'dot' }), graph)
}

/** Where a call stands, for the telephone page. */
export interface Standing {
  /** In the picture of its brand: steps of the PIN check have names of their own, in a flow of its own. */
  step: string | null
  inCheck: boolean
  /** A number or a secret, when that is what the call waits for. `hash`: the entry ends with the hash key. */
  asks: { for: 'number' | 'secret'; hash: boolean } | null
}

export function standingIn(hotlines: Pick<Hotlines, 'byBrand' | 'checks'>, call: Call): Standing {
  const { brand, flow, step, talk } = call
  const own = hotlines.byBrand.get(brand)
  const inCheck = flow !== own?.brand.flow
  const hotline = inCheck ? hotlines.checks.find((check) => check.brand.name === brand) : own
  return {
    step: inCheck ? (talk?.back ?? null) : step,
    inCheck,
    asks: askedOf(call, hotline?.flow.steps.get(step)?.type),
  }
}

/** Only where keys are awaited now: neither in the help menu of a step nor after the call was handed off. */
function askedOf({ visit, reply }: Call, type: string | undefined): Standing['asks'] {
  if (reply?.next.kind !== 'gather' || visit.help) return null
  const hash = reply.next.numDigits === null
  if (type === 'identify') return { for: 'number', hash }
  return type === 'verify' ? { for: 'secret', hash } : null
}

/** The flow of a brand as its calls take it, as SVG without a legend; null: there is no such brand. */
export async function drawBrand({ byBrand }: Pick<Hotlines, 'byBrand'>, brand: string): Promise<string | null> {
  const hotline = byBrand.get(brand)
  return hotline ? svgOf(explored(hotline.flow, [hotline], { drafts: [], checks: [] }, { legend: false }).graph) : null
}
