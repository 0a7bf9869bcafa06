import type { FactName } from './transcript.ts'

/** What the agents' side says of a call, as far as transcripts look at it. */
export interface SeenCall {
  assurance: { level: number; method: string | null }
  outcome: string | null
  topic: string | null
  language: string | null
  account: { customerNumber: string } | null
  ticket: string | null
}

/** The facts of a context as transcripts write them, `none` where there is nothing. */
export function transcriptFacts(context: SeenCall): Record<FactName, string> {
  const { assurance, outcome, topic, language, account, ticket } = context
  return {
    level: String(assurance.level),
    method: assurance.method ?? 'none',
    outcome: outcome ?? 'none',
    topic: topic ?? 'none',
    language: language ?? 'none',
    account: account?.customerNumber ?? 'none',
    ticket: ticket ?? 'none',
  }
}

/** Asks a running server for a call's context. Null: it does not know the call. @throws Error when it will not say. */
export async function readContext(baseUrl: string, apiToken: string, callSid: string): Promise<SeenCall | null> {
  const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/api/v1/calls/${callSid}`, {
    headers: { Authorization: `Bearer ${apiToken}` },
    // The token is for the server that was named.
    redirect: 'manual',
  })
  if (response.status === 404) return null
  if (!response.ok) {
    throw new Error(`The server refused the call's context with ${response.status}; check API_TOKEN.`)
  }
  return (await response.json()) as SeenCall
}
