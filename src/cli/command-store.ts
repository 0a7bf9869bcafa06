import { hostname } from 'node:os'
import { type Config, loadConfig } from '../config/config.ts'
import { completeKeys } from '../config/keys.ts'
import { type EventResult, takeAccountEvent } from '../context/account-events.ts'
import { systemClock, urlOf } from '../server/deps.ts'
import { addressTold, type RunningAddress } from '../server/running-address.ts'
import { createAccountAudit } from '../store/account-audit.ts'
import { createAccountBook } from '../store/account-book.ts'
import { createErasures } from '../store/accounts/erasures.ts'
import { createAccountChanges } from '../store/accounts/told-changes.ts'
import { createCallCodes } from '../store/call-codes.ts'
import { openDatabase, StoreInUse } from '../store/database.ts'
import { createEventLog } from '../store/events.ts'
import { createFloorStore } from '../store/floor/assignments.ts'
import { createReports } from '../store/floor/reports.ts'
import { createIncidents } from '../store/incidents.ts'
import { createNoticeStore } from '../store/notices.ts'
import { createRecordedAgents } from '../store/recorded-agents.ts'
import { createRetention } from '../store/retention/retention.ts'
import { createSpecialHours } from '../store/special-hours.ts'
import { createSprays } from '../store/sprays.ts'
import { createTokens } from '../store/tokens.ts'
import { type ReportResult, takeReport } from '../turn/reports.ts'
import { askedServer, type CommandStore } from './asked-server.ts'
import type { StoreChoice } from './store-choice.ts'

/** Who does what commands do, in the events. */
const ACTOR = 'cli'

export function configOf({ database }: StoreChoice): Config {
  return loadConfig({ over: database === undefined ? {} : { DATABASE_URL: database, DATABASE_URL_FILE: undefined } })
}

/** The store itself, or the server of this machine that has it. Throws sentences for people. */
export async function openCommandStore(choice: StoreChoice): Promise<CommandStore> {
  const config = configOf(choice)
  // Keys first: they are not made for a database that is there already.
  const { subject: subjectKey } = completeKeys(config.keys, config.database)
  try {
    const { db, close } = await openDatabase(urlOf(config.database))
    return {
      events: createEventLog(db),
      journal: createFloorStore(db).journal,
      notices: createNoticeStore(db),
      specialHours: createSpecialHours(db),
      sprays: createSprays(db),
      incidents: createIncidents(db),
      agents: createRecordedAgents(db, ACTOR),
      tokens: createTokens(db),
      accounts: createAccountBook(db),
      erasures: (dueOf) => createErasures(db, { dueOf, subjectKey }),
      callCodes: (isTaken) => createCallCodes(db, { subjectKey, isTaken }),
      audit: createAccountAudit(db),
      retention: createRetention(db, { keep: config.keep }, systemClock),
      async takeReports(sent, hotlines, now) {
        const parts = { reports: createReports(db), hotlines }
        const results: ReportResult[] = []
        for (const each of sent) results.push(await takeReport(parts, { sent: each, actor: 'cli', now }))
        return results
      },
      async tellEvents(sent, brands, because) {
        const changes = createAccountChanges(db, brands)
        const results: EventResult[] = []
        for (const each of sent) results.push(await takeAccountEvent(changes, each, { actor: ACTOR, ...because }))
        return results
      },
      close,
    }
  } catch (error) {
    return askedServer(serverThatHas(config, error))
  }
}

/** @throws the error itself, when it is another one, or when what has the store serves nobody (yet). */
export function serverThatHas(config: Pick<Config, 'database'>, error: unknown): RunningAddress {
  // On another machine that shares the directory it cannot be asked.
  if (!(error instanceof StoreInUse) || error.host !== hostname()) throw error
  const there = addressTold(config, error.pid)
  if (there !== null) return there
  throw error
}
