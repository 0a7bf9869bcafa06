/** Who is signed in, as the server tells the page. */
import type { AgentRole } from '../../floor/view.ts'
import { type ApiAnswer, getJson } from '../../page/api.ts'

export interface Me {
  name: string
  displayName: string
  role: AgentRole
  phone: string
}

export interface Session {
  csrf: string
  me: Me
  /** Whether the operator's CRM can be opened. */
  openUrl: boolean
}

export function readSession(): Promise<ApiAnswer<Session>> {
  return getJson<Session>('desk/api/me')
}

/** For a stream that failed: only a clear 401 says so, not a server that is away. */
export async function isSignedOut(): Promise<boolean> {
  const answer = await readSession()
  return !answer.ok && answer.status === 401
}

/** An agent of the demo who may be chosen instead of typing name and password; in a try-out alone. */
export interface DemoAgent {
  name: string
  displayName: string
  role: AgentRole
}

export async function readDemoAgents(): Promise<DemoAgent[]> {
  const answer = await getJson<{ agents: DemoAgent[] }>('desk/api/sign-in/demo')
  return answer.ok ? answer.data.agents : []
}
