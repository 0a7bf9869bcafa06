/**
 * The tools of commands when a server has the embedded store: the same seams, answered by that server. What a command does
 * is the same code in either case, and every check of it is made there too.
 */
import { type Answered, OPERATOR_PATH, type OperationName, operations, type Sent } from '../api/operations.ts'
import { Secret } from '../auth/secret.ts'
import type { EventResult, SentEvent } from '../context/account-events.ts'
import { MOST_MARKED } from '../context/incidents.ts'
import type { AccountAudit } from '../seams/account-audit.ts'
import type { AccountBook } from '../seams/account-book.ts'
import type { AgentDirectory } from '../seams/agents.ts'
import type { CallCodes } from '../seams/call-codes.ts'
import type { Erasures } from '../seams/erasures.ts'
import type { FloorStore } from '../seams/floor.ts'
import type { IncidentBook } from '../seams/incidents.ts'
import type { NoticeStore } from '../seams/notices.ts'
import type { Retention } from '../seams/retention.ts'
import type { SpecialHoursStore } from '../seams/special-hours.ts'
import type { TokenBook } from '../seams/tokens.ts'
import type { RunningAddress } from '../server/running-address.ts'
import type { ErasureRules } from '../store/accounts/erasures.ts'
import type { EventRecord, RecordedEvent } from '../store/events.ts'
import type { BrandRules } from '../store/import/row.ts'
import type { ReportParts, ReportResult } from '../turn/reports.ts'
import type { SprayOrderParts } from '../turn/spray-orders.ts'

/** What commands use of a store: the store itself, or the server that has it. */
export interface CommandStore {
  events: Pick<EventRecord, 'read'>
  journal: FloorStore['journal']
  notices: NoticeStore
  specialHours: SpecialHoursStore
  sprays: SprayOrderParts['sprays']
  incidents: Omit<IncidentBook, 'of'>
  agents: AgentDirectory
  tokens: Pick<TokenBook, 'add' | 'revoke' | 'list'>
  accounts: AccountBook
  /** The rules are those of the caller, or of the server that is asked. */
  erasures(dueOf: ErasureRules['dueOf']): Erasures
  /** `isTaken`: whether calls of a brand take codes; a server that is asked knows that itself. */
  callCodes(isTaken: (brand: string) => boolean): Pick<CallCodes, 'make'>
  audit: Pick<AccountAudit, 'find' | 'last'>
  retention: Retention
  /** What becomes of reports of other channels; the brands are those of the caller, or of the server that is asked. */
  takeReports(sent: readonly object[], hotlines: ReportParts['hotlines'], now: Date): Promise<ReportResult[]>
  /** What becomes of events of accounts; the brands are those of the caller, or of the server that is asked. */
  tellEvents(
    sent: readonly SentEvent[],
    brands: ReadonlyMap<string, BrandRules>,
    because: { reason: string; now: Date },
  ): Promise<EventResult[]>
  close(): Promise<void>
}

/** Longer than any of these takes; a password is hashed on the way. */
const PATIENCE_MS = 60_000

/** What the server answered is no answer, or a refusal: in a sentence for people. */
export class ServerRefused extends Error {
  override readonly name = 'ServerRefused'
}

export function askedServer({ url, operatorKey }: Pick<RunningAddress, 'url' | 'operatorKey'>): CommandStore {
  async function ask<Name extends OperationName>(name: Name, sent: Sent<Name>): Promise<Answered<Name>> {
    const response = await fetch(`${url}${OPERATOR_PATH}/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(sent),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch(() => {
      throw new ServerRefused(`The server at ${url} has the store and does not answer. Try again, or stop it.`)
    })
    const body: unknown = await response.json().catch(() => null)
    if (response.ok) return operations[name].output.parse(body) as Answered<Name>
    const detail = typeof body === 'object' && body !== null && 'detail' in body ? String(body.detail) : ''
    throw new ServerRefused(detail || `The server at ${url} refused this (${response.status}).`)
  }
  const incidents: CommandStore['incidents'] = {
    async open(incident) {
      await ask('openIncident', incident)
      return true
    },
    async mark({ brand, name }, batches, { skipUnknown, onUnknown }) {
      const lines = []
      for await (const batch of batches) {
        lines.push(...batch)
        if (lines.length > MOST_MARKED)
          throw new ServerRefused(
            `The server at ${url} takes ${MOST_MARKED} numbers at once, so that all or none are marked. Stop it for a longer file.`,
          )
      }
      const { marked } = await ask('markIncident', { brand, name, skipUnknown, lines })
      if (marked === null) return null
      const { unknownLines, ...sum } = marked
      for (const line of unknownLines) onUnknown(line)
      return sum
    },
    close: async ({ brand, name }) => (await ask('closeIncident', { brand, name })).accounts,
    list: async () => (await ask('listIncidents', {})).incidents,
  }
  const listAgents = async () => (await ask('listAgents', {})).agents
  const agents: AgentDirectory = {
    list: listAgents,
    find: async (name) => (await listAgents()).find((agent) => agent.name === name) ?? null,
    add: async ({ brands, topics, languages, ...agent }, password) =>
      (await ask('addAgent', { ...agent, ...copied({ brands, topics, languages }), password })).done,
    change: async (name, { brands, topics, languages, ...changes }) =>
      (await ask('changeAgent', { name, changes: { ...changes, ...copied({ brands, topics, languages }) } })).done,
    disable: async (name) => (await ask('disableAgent', { name })).done,
    enable: async (name) => (await ask('enableAgent', { name })).done,
    setPassword: async (name, password) => (await ask('setAgentPassword', { name, password })).done,
  }
  return {
    events: {
      read: async ({ callId, after = 0, limit }) =>
        (await ask('listEvents', { ...(callId === undefined ? {} : { callId }), after, limit }))
          .events as RecordedEvent[],
    },
    journal: async (filter) => (await ask('readJournal', filter)).lines,
    notices: {
      current: async () => (await ask('currentNotices', {})).notices,
      set: async (notice) => void (await ask('setNotice', notice)),
      clear: async ({ brand, topic }) => void (await ask('clearNotice', { brand, topic })),
    },
    specialHours: {
      from: async (day) => (await ask('listSpecialHours', { day })).hours,
      set: async ({ hours, ...day }) => void (await ask('setSpecialHours', { ...day, hours: [...hours] })),
      clear: async ({ brand, day }) => void (await ask('clearSpecialHours', { brand, day })),
    },
    sprays: {
      current: async () => (await ask('listSprays', {})).sprays,
      usual: async (brand, { days, hour }) => ask('usualFailures', { brand, days: [...days], hour }),
      async begin({ brand, until }, { because }, at) {
        const minutes = Math.ceil((until.getTime() - at.getTime()) / 60_000)
        await ask('beginSpray', { brand, minutes, reason: 'reason' in because ? because.reason : '' })
        return true
      },
      end: async (brand, { reason }) => (await ask('endSpray', { brand, reason })).done,
    },
    incidents,
    agents,
    tokens: {
      add: async ({ brands, acts, ...token }) =>
        (await ask('addToken', { ...token, brands: [...brands], acts: [...acts] })).secret,
      revoke: async (name) => (await ask('revokeToken', { name })).done,
      list: async () => (await ask('listTokens', {})).tokens,
    },
    accounts: {
      show: async (place, { reason }) => (await ask('showAccount', { ...place, reason })).account,
      lock: async (place, { reason }) => (await ask('lockAccount', { ...place, reason })).changed,
      unlock: async (place, { reason }) => (await ask('unlockAccount', { ...place, reason })).unlocked,
      clearPins: async (place, { reason }) => (await ask('clearPins', { ...place, reason })).cleared,
      end: async (place, at, { reason }) => {
        const { changed } = await ask('endAccount', { ...place, reason, at: at.toISOString() })
        return changed === null ? null : { changed }
      },
    },
    erasures: () => ({
      request: async (place, { reason }) => (await ask('eraseAccount', { ...place, reason })).asked,
      keep: async (place, { reason }) => (await ask('keepAccount', { ...place, reason })).changed,
      carryOut: () => ask('eraseDue', {}),
    }),
    callCodes: () => ({
      async make(place, { reason }) {
        const { made } = await ask('makeCallCode', { ...place, reason })
        if (made === null || 'refused' in made) return made
        return { code: new Secret(made.code), expires: new Date(made.expires) }
      },
    }),
    audit: {
      find: async (_now, most) => (await ask('auditAccounts', { most })).findings,
      last: async () => (await ask('lastAudit', {})).run,
    },
    retention: {
      status: async () => (await ask('retentionStatus', {})).tables,
      last: async () => (await ask('retentionStatus', {})).last,
      run: async () => (await ask('runRetention', {})).run,
    },
    async tellEvents(sent, _brands, { reason }) {
      const events = sent as Sent<'tellEvents'>['events']
      return (await ask('tellEvents', { reason, events })).results
    },
    async takeReports(sent) {
      const { results } = await ask('reportTickets', { reports: sent as Sent<'reportTickets'>['reports'] })
      return results as ReportResult[]
    },
    close: async () => {},
  }
}

type Lists<List> = Record<'brands' | 'topics' | 'languages', List>

/** Seams have lists that nobody may change. Those that were not given stay away. */
function copied<Given extends readonly string[] | undefined>(
  lists: Lists<Given>,
): Lists<Exclude<Given, undefined> & string[]> {
  const given = Object.entries(lists).flatMap(([kind, list]) => (list === undefined ? [] : [[kind, [...list]]]))
  return Object.fromEntries(given)
}
