/** What commands ask of a server that has the embedded store: done as the commands themselves would, with the same checks. */
import { type Answered, OperationRefused, type Operator } from '../api/operations.ts'
import { strangeToken } from '../api/token-form.ts'
import { passwordProblem } from '../auth/password.ts'
import { columnSentence, takeAccountEvent } from '../context/account-events.ts'
import { type IncidentFault, languagesOf, openIncident } from '../context/incidents.ts'
import { strangeOf } from '../floor/agent-form.ts'
import { sentencesOf } from '../flow/fault.ts'
import { takenBy } from '../hotlines/hotlines.ts'
import { NoAnswer, within } from '../seams/within.ts'
import { clearNotice, setNotice } from '../turn/notices.ts'
import { takeReport } from '../turn/reports.ts'
import { clearSpecialHours, setSpecialHours } from '../turn/special-hours.ts'
import { beginSpray, endSpray } from '../turn/spray-orders.ts'
import type { Deps } from './deps.ts'

/** What takes longer is answered as it stands, ms: before a command loses its patience (`cli/asked-server.ts`). */
const ANSWERED_MS = 45_000

/** Who did it, in the history: as the commands write it. */
const ACTOR = 'cli'

type Parts = Pick<
  Deps,
  | 'events'
  | 'floorStore'
  | 'notices'
  | 'specialHours'
  | 'calendar'
  | 'incidents'
  | 'agentBook'
  | 'tokens'
  | 'accounts'
  | 'accountChanges'
  | 'callCodes'
  | 'erasures'
  | 'accountAudit'
  | 'retention'
  | 'hotlines'
  | 'reports'
  | 'sprays'
  | 'sprayBook'
  | 'clock'
>

export function createOperator(parts: Parts): Operator {
  const {
    events,
    floorStore,
    notices,
    specialHours,
    calendar,
    incidents,
    agentBook: agents,
    tokens,
    accounts,
    accountChanges,
    callCodes,
    erasures,
    accountAudit,
    retention,
    hotlines,
    reports,
    sprays,
    sprayBook,
    clock,
  } = parts
  const brands = [...hotlines.byBrand.values()].map(({ brand }) => brand)
  const served = takenBy(hotlines)
  const noticeParts = { notices, brands }
  const reportParts = { reports, hotlines: [...hotlines.byBrand.values()] }
  const hoursParts = { specialHours, calendar, brands }
  const sprayParts = { sprays: sprayBook, brands, isWhole: true }
  const incidentParts = {
    incidents,
    brands: languagesOf(brands),
  }
  const refuseFor = (problem: string | null): void => {
    if (problem !== null) throw new OperationRefused(problem)
  }
  return {
    async listEvents({ callId, after, limit }) {
      const read = await events.read({ ...(callId === undefined ? {} : { callId }), after, limit })
      return { events: read as Answered<'listEvents'>['events'] }
    },
    async readJournal(filter) {
      return { lines: (await floorStore.journal(filter)) as Answered<'readJournal'>['lines'] }
    },
    currentNotices: async () => ({ notices: await notices.current(clock.now()) }),
    async setNotice(sent) {
      const set = await setNotice(noticeParts, { sent, actor: ACTOR, now: clock.now() })
      refuseFor('faults' in set ? sentencesOf(set.faults) : null)
      return {}
    },
    async clearNotice(sent) {
      const cleared = await clearNotice(noticeParts, { sent, actor: ACTOR, now: clock.now() })
      refuseFor(typeof cleared === 'object' ? sentencesOf(cleared.faults) : null)
      return {}
    },
    async listSpecialHours({ day }) {
      const held = await specialHours.from(day)
      return { hours: held.map(({ hours, ...each }) => ({ ...each, hours: [...hours] })) }
    },
    async setSpecialHours(sent) {
      const set = await setSpecialHours(hoursParts, { sent, actor: ACTOR, now: clock.now() })
      refuseFor('faults' in set ? sentencesOf(set.faults) : null)
      return {}
    },
    async clearSpecialHours(sent) {
      const cleared = await clearSpecialHours(hoursParts, { sent, actor: ACTOR, now: clock.now() })
      refuseFor(typeof cleared === 'object' ? sentencesOf(cleared.faults) : null)
      return {}
    },
    listSprays: async () => ({ sprays: await sprayBook.current(clock.now()) }),
    async usualFailures({ brand, ...hour }) {
      const { customers, peaks } = await sprayBook.usual(brand, hour)
      return { customers, peaks: [...peaks] }
    },
    async beginSpray(sent) {
      const begun = await beginSpray(sprayParts, { sent, actor: ACTOR, now: clock.now() })
      refuseFor(typeof begun === 'object' ? sentencesOf(begun.faults) : null)
      await sprays.look()
      return {}
    },
    async endSpray(sent) {
      const ended = await endSpray(sprayParts, { sent, actor: ACTOR, now: clock.now() })
      refuseFor(typeof ended === 'object' ? sentencesOf(ended.faults) : null)
      await sprays.look()
      return { done: ended === 'ended' }
    },
    listIncidents: async () => ({ incidents: await incidents.list() }),
    async openIncident(sent) {
      const opened = await openIncident(incidentParts, { sent, actor: ACTOR, now: clock.now() })
      refuseFor('faults' in opened ? opened.faults.map(sentenceOf).join(' ') : null)
      return {}
    },
    async markIncident({ brand, name, skipUnknown, lines }) {
      const unknownLines: number[] = []
      const whole = (async function* () {
        yield lines
      })()
      const onUnknown = (line: number): void => void unknownLines.push(line)
      const marked = await incidents.mark({ brand, name }, whole, {
        actor: ACTOR,
        at: clock.now(),
        skipUnknown,
        onUnknown,
      })
      return { marked: marked && { ...marked, unknownLines } }
    },
    closeIncident: async (place) => ({ accounts: await incidents.close(place, ACTOR, clock.now()) }),
    async reportTickets({ reports: sent }) {
      const results: Answered<'reportTickets'>['results'] = []
      for (const each of sent) {
        const done = await takeReport(reportParts, { sent: each, actor: ACTOR, now: clock.now() })
        results.push('faults' in done ? { faults: done.faults } : done)
      }
      return { results }
    },
    async listAgents() {
      const all = await agents.list()
      return {
        agents: all.map(({ brands: b, topics, languages, ...agent }) => ({
          ...agent,
          brands: [...b],
          topics: [...topics],
          languages: [...languages],
        })),
      }
    },
    async addAgent({ password, ...agent }) {
      refuseFor(strangeOf(agent, served) ?? passwordProblem(password))
      return { done: await agents.add(agent, password) }
    },
    async changeAgent({ name, changes }) {
      refuseFor(strangeOf(changes, served))
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
      return { done: await agents.change(name, given) }
    },
    disableAgent: async ({ name }) => ({ done: await agents.disable(name) }),
    enableAgent: async ({ name }) => ({ done: await agents.enable(name) }),
    async setAgentPassword({ name, password }) {
      refuseFor(passwordProblem(password))
      return { done: await agents.setPassword(name, password) }
    },
    async listTokens() {
      const all = await tokens.list()
      return {
        tokens: all.map(({ brands: b, acts, ...token }) => ({
          ...token,
          brands: b && [...b],
          acts: acts && [...acts],
        })),
      }
    },
    async addToken(token) {
      refuseFor(strangeToken(token, served))
      return { secret: await tokens.add(token, ACTOR) }
    },
    async showAccount({ reason, ...place }) {
      return { account: await accounts.show(place, { actor: ACTOR, reason }) }
    },
    lockAccount: async ({ reason, ...place }) => ({ changed: await accounts.lock(place, { actor: ACTOR, reason }) }),
    unlockAccount: async ({ reason, ...place }) => ({
      unlocked: await accounts.unlock(place, { actor: ACTOR, reason }),
    }),
    clearPins: async ({ reason, ...place }) => ({ cleared: await accounts.clearPins(place, { actor: ACTOR, reason }) }),
    async endAccount({ reason, at, ...place }) {
      const now = clock.now()
      const from = at === undefined ? now : new Date(at)
      const done = await accounts.end(place, from, { actor: ACTOR, reason }, now)
      refuseFor(done && 'fault' in done ? `--${columnSentence(done.fault)}` : null)
      return { changed: done && 'changed' in done ? done.changed : null }
    },
    async makeCallCode({ reason, ...place }) {
      const made = await callCodes.make(place, { actor: ACTOR, reason })
      if (made === null || 'refused' in made) return { made }
      return { made: { code: made.code.reveal(), expires: made.expires.toISOString() } }
    },
    eraseAccount: async ({ reason, ...place }) => ({
      asked: await erasures.request(place, { actor: ACTOR, reason }),
    }),
    keepAccount: async ({ reason, ...place }) => ({ changed: await erasures.keep(place, { actor: ACTOR, reason }) }),
    eraseDue: () => erasures.carryOut(ACTOR),
    auditAccounts: async ({ most }) => ({ findings: await accountAudit.find(clock.now(), most) }),
    lastAudit: async () => ({ run: await accountAudit.last() }),
    retentionStatus: async () => ({ tables: await retention.status(), last: await retention.last() }),
    async runRetention() {
      const began = clock.now().toISOString()
      const removed = new Map<string, number>()
      const told = (step: { table: string; removed: number }): void =>
        void removed.set(step.table, (removed.get(step.table) ?? 0) + step.removed)
      try {
        return { run: await within(ANSWERED_MS, retention.run({ again: true, told })) }
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error
        return {
          run: { began, ended: null, counts: [...removed].map(([table, count]) => ({ table, removed: count })) },
        }
      }
    },
    async tellEvents({ reason, events: sent }) {
      const results: Answered<'tellEvents'>['results'] = []
      for (const each of sent)
        results.push(await takeAccountEvent(accountChanges, each, { actor: ACTOR, reason, now: clock.now() }))
      return { results }
    },
    revokeToken: async ({ name }) => ({ done: await tokens.revoke(name, ACTOR) }),
  }
}

function sentenceOf({ field, fault }: IncidentFault): string {
  return field === null ? fault : `${field}: ${fault}`
}
