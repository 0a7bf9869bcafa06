import type { Cut, Deed } from './caller.ts'
import type { Parameters } from './parameters.ts'
import type { Webhook } from './webhooks.ts'

/** Who hung up; `failure`: the network, for no document could be had. */
export type HungUpBy = 'caller' | 'hotline' | 'failure'

/** How the following of a document ended. */
export type Exit =
  | { kind: 'document_over' }
  | { kind: 'next'; url: string; with: Parameters; webhook: Webhook }
  | { kind: 'hung_up'; by: HungUpBy }
  | { kind: 'returned'; result: string; by: 'outside' | 'twiml' }
  /** Pulled away by REST: what runs is given up. */
  | { kind: 'redirected'; url: string }
  | { kind: 'look' }

/** What a deed means where keys do not count. */
export function deaf(deed: Deed | null): Exit | null {
  if (deed === null || deed.kind === 'key') return null
  if (deed.kind === 'returned') return { ...deed, by: 'outside' }
  return deed.kind === 'look' ? deed : exitOf(deed)
}

/** What a cut means anywhere. */
export function exitOf(cut: Cut): Exit {
  if (cut.kind === 'redirected') return cut
  return { kind: 'hung_up', by: cut.kind === 'hang_up' ? 'caller' : 'hotline' }
}
