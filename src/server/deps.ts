/**
 * The parts of a running Rufpass, put together. This file alone names the implementations behind the seams: which
 * database, which store of live calls, which account source.
 */
import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { createHashingSlots, HASHES_PER_CORE, type HashingSlots } from '../auth/hashing-slots.ts'
import { MissingKey, type Verifier } from '../auth/verifier.ts'
import type { Config, DatabasePlace as Place } from '../config/config.ts'
import { completeKeys, type Keys } from '../config/keys.ts'
import { type Contexts, createContexts } from '../context/contexts.ts'
import { createAgentRooms } from '../floor/rooms.ts'
import {
  erasureDays,
  type Hotlines,
  loadHotlines,
  lookUpBrands,
  rulesOf,
  takesCallCodes,
} from '../hotlines/hotlines.ts'
import type { Live } from '../live/live.ts'
import { openMemory } from '../live/memory.ts'
import { openRedis } from '../live/redis.ts'
import { createSeal, type Sealing } from '../live/sealed-calls.ts'
import type { Counting } from '../metrics/counting.ts'
import type { AccountAudit } from '../seams/account-audit.ts'
import type { AccountBook } from '../seams/account-book.ts'
import type { AccountChanges } from '../seams/account-changes.ts'
import type { AccountSource } from '../seams/account-source.ts'
import type { AgentDirectory, References, Sessions, SignIn } from '../seams/agents.ts'
import type { CallCodes } from '../seams/call-codes.ts'
import type { Clock } from '../seams/clock.ts'
import type { CustomerFile } from '../seams/customer-file.ts'
import type { Deliveries } from '../seams/deliveries.ts'
import type { Erasures } from '../seams/erasures.ts'
import type { DayFigures, FloorStore } from '../seams/floor.ts'
import type { HolidayCalendar } from '../seams/holidays.ts'
import type { IncidentBook } from '../seams/incidents.ts'
import type { LetterOrders } from '../seams/letter-orders.ts'
import type { Log } from '../seams/log.ts'
import type { MatterBook } from '../seams/matters.ts'
import type { NoteBook } from '../seams/notes.ts'
import type { NoticeStore } from '../seams/notices.ts'
import type { OrderPins } from '../seams/order-pins.ts'
import type { Outbox } from '../seams/outbox.ts'
import { type Patience, patienceOf } from '../seams/patience.ts'
import type { PinChoice } from '../seams/pin-choice.ts'
import type { PortalBook } from '../seams/portal.ts'
import type { ReportBook } from '../seams/reports.ts'
import type { Retention } from '../seams/retention.ts'
import type { SignInLimits } from '../seams/sign-in-limits.ts'
import type { SpecialHoursStore } from '../seams/special-hours.ts'
import type { SprayStore } from '../seams/sprays.ts'
import type { TokenBook } from '../seams/tokens.ts'
import { within } from '../seams/within.ts'
import { createAccountAudit } from '../store/account-audit.ts'
import { createAccountBook } from '../store/account-book.ts'
import { createErasures } from '../store/accounts/erasures.ts'
import { createAccountChanges } from '../store/accounts/told-changes.ts'
import { createTableSource } from '../store/accounts.ts'
import { createAgents, createPasswordSignIn } from '../store/agents.ts'
import { type AttemptStore, createAttempts } from '../store/attempts.ts'
import { createCallCodes } from '../store/call-codes.ts'
import { type Database, makeDirectory, openDatabase } from '../store/database.ts'
import { createDeliveries } from '../store/deliveries.ts'
import { createEventLog, type EventRecord } from '../store/events.ts'
import { createFloorStore } from '../store/floor/assignments.ts'
import { createDayFigures } from '../store/floor/day-figures.ts'
import { createMatters } from '../store/floor/matters.ts'
import { createNotes } from '../store/floor/notes.ts'
import { createReports } from '../store/floor/reports.ts'
import { createCustomerFile } from '../store/import/put.ts'
import { createIncidents } from '../store/incidents.ts'
import { createLetterOrders } from '../store/letters/order.ts'
import { copiesTo } from '../store/look-up/pin-copies.ts'
import { refuseReadable } from '../store/look-up/rights.ts'
import { createNoticeStore } from '../store/notices.ts'
import { createOrderPins } from '../store/order-pins.ts'
import { createOutbox } from '../store/outbox.ts'
import { kidsInUse } from '../store/past-secrets.ts'
import { toE164 } from '../store/phone-numbers.ts'
import { createPinChoice } from '../store/pin-choice.ts'
import { openVerifier } from '../store/pin-keys.ts'
import { createPortalBook } from '../store/portal/portal-book.ts'
import { createRecordedAgents } from '../store/recorded-agents.ts'
import { createRetention } from '../store/retention/retention.ts'
import { createReferences, createSessions } from '../store/sessions.ts'
import { createSignInLimits } from '../store/sign-in-limits.ts'
import { createSpecialHours } from '../store/special-hours.ts'
import { createSprays } from '../store/sprays.ts'
import { createStandings } from '../store/standings.ts'
import { createTokens } from '../store/tokens.ts'
import { type AsItStands, createAsItStands, judged } from '../turn/as-it-stands.ts'
import { createHolidays } from '../turn/holidays.ts'
import { rememberSpecialHours } from '../turn/remembered-hours.ts'
import { rememberNotices } from '../turn/remembered-notices.ts'
import { noteFailures, type SprayWatch, watchSprays } from '../turn/sprays.ts'
import { createTurns, type TurnParts } from '../turn/take-turn.ts'
import type { Turns } from '../turn/turns.ts'
import type { VerificationParts } from '../turn/verification.ts'

/** 128 bits: a step token cannot be guessed and never comes twice. */
const TOKEN_BYTES = 16

/** What is opened at the start. */
export interface Stores {
  hotlines: Hotlines
  keys: Keys
  database: Database
  live: Live
  verifier: Verifier
  source: AccountSource
  attempts: AttemptStore
  events: EventRecord
  incidents: IncidentBook
  floorStore: FloorStore
  notices: NoticeStore
  specialHours: SpecialHoursStore
  calendar: HolidayCalendar
  matters: MatterBook
  reports: ReportBook
  notes: NoteBook
  outbox: Outbox
  deliveries: Deliveries
  portal: PortalBook
  day: DayFigures
  agents: AgentDirectory
  /** As commands change them, each time with an event. */
  agentBook: AgentDirectory
  signIn: SignIn
  signInLimits: SignInLimits
  sessions: Sessions
  references: References
  tokens: TokenBook
  accounts: AccountBook
  callCodes: CallCodes
  accountChanges: AccountChanges
  erasures: Erasures
  accountAudit: AccountAudit
  retention: Retention
  customerFile: CustomerFile
  pinChoice: PinChoice
  orderPins: OrderPins
  letterOrders: LetterOrders
  sprays: SprayWatch
  sprayBook: SprayStore
  /** Null: nothing is counted. */
  counting: Counting | null
  clock: Clock
  patience: Patience
  close(): Promise<void>
}

export interface Deps extends Stores {
  turns: Turns
  asItStands: AsItStands
  contexts: Contexts
  /** What checks secrets that are told to other channels. */
  verification: VerificationParts
}

export const systemClock: Clock = {
  now: () => new Date(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

/** Opens every store and joins the parts. Throws with a sentence for people when one of them cannot be had. */
export async function openDeps(
  config: Config,
  log: Log,
  clock: Clock = systemClock,
  hotlines: Hotlines = loadHotlines(config.flowsDir),
  patience: Patience = patienceOf(config.webhookDeadlineMs),
): Promise<Deps> {
  if (config.database.kind === 'directory') makeDirectory(config.database.path)
  // Before the store is opened: a store that exists without its keys is refused, not given new ones.
  const keys = completeKeys(config.keys, config.database)
  const counting =
    config.metrics === null
      ? null
      : (await import('../metrics/counting.ts')).startCounting([...hotlines.byBrand.keys()])
  const hears = counting?.hears('database')
  const database = await openDatabase(urlOf(config.database), patience.database, config.databasePoolSize, hears)
  try {
    refuseMissingKeys(await kidsInUse(database.db), keys)
    const copied = lookUpBrands(hotlines)
    const copying = copiesTo(config.lookUpRecipient, copied)
    await refuseReadable(database.db, copied)
    const verifier = await openVerifier(database.db, keys.pin, availableParallelism())
    const sealing = sealingOf(keys, log)
    const live = await (config.redisUrl === null ? openMemory(clock, sealing) : openRedis(config.redisUrl, sealing))
    const failing = { failures: live.failures, subjectKey: keys.subject, log }
    const attempts = noteFailures(createAttempts(database.db, undefined, copying), failing)
    const sprayBook = createSprays(database.db)
    const brands = [...hotlines.byBrand.values()].map(({ brand }) => brand)
    const events = createEventLog(database.db)
    const source = createTableSource(database.db)
    const incidents = createIncidents(database.db)
    const floorStore = createFloorStore(database.db)
    const matters = createMatters(database.db)
    const notices = rememberNotices(createNoticeStore(database.db), clock)
    const notes = createNotes(database.db)
    const pinChoice = createPinChoice(database.db, rulesOf(hotlines), verifier, copying)
    const slotsOf = (pool: 'sign_in' | 'customers'): HashingSlots => {
      const slots = createHashingSlots(HASHES_PER_CORE)
      return counting?.slots(slots, pool) ?? slots
    }
    const opened: Stores = {
      hotlines,
      keys,
      database,
      live,
      verifier,
      source,
      attempts,
      events,
      incidents,
      floorStore,
      notices,
      specialHours: rememberSpecialHours(createSpecialHours(database.db), clock),
      calendar: createHolidays(),
      matters,
      reports: createReports(database.db),
      notes,
      outbox: createOutbox(database.db),
      deliveries: createDeliveries(database.db),
      portal: createPortalBook(database.db),
      day: createDayFigures(database.db),
      agents: createAgents(database.db),
      agentBook: createRecordedAgents(database.db, 'cli'),
      // Slots of their own: however many flood the sign-in, no caller is kept from the PIN check.
      signIn: createPasswordSignIn(database.db, slotsOf('sign_in'), patience.deadlineMs),
      signInLimits: createSignInLimits(database.db, keys.subject),
      sessions: createSessions(database.db),
      references: createReferences(database.db),
      tokens: createTokens(database.db),
      accounts: createAccountBook(database.db),
      callCodes: createCallCodes(database.db, {
        subjectKey: keys.subject,
        isTaken: takesCallCodes(hotlines),
      }),
      accountChanges: createAccountChanges(database.db, rulesOf(hotlines)),
      erasures: createErasures(database.db, { dueOf: erasureDays(hotlines), subjectKey: keys.subject }),
      accountAudit: createAccountAudit(database.db),
      retention: createRetention(database.db, { keep: config.keep }, clock),
      customerFile: createCustomerFile(database.db, rulesOf(hotlines), verifier, slotsOf('customers'), copying),
      pinChoice,
      orderPins: createOrderPins(database.db, pinChoice, slotsOf('customers')),
      letterOrders: createLetterOrders(database.db),
      sprays: watchSprays({ brands, failures: live.failures, store: sprayBook, clock, log }),
      sprayBook,
      counting,
      clock,
      patience,
      async close() {
        await live.close()
        await database.close()
      },
    }
    const stores = counting?.parts(opened) ?? opened
    const free = createHashingSlots(availableParallelism() * HASHES_PER_CORE)
    const slots = counting?.slots(free, 'calls') ?? free
    return withTurns(stores, { ...turnParts(stores, log, slots), personNumber: config.fallbackNumber })
  } catch (error) {
    await database.close()
    throw error
  }
}

/** How live calls are kept: under the keys of this installation, and told of where one was not. */
export function sealingOf({ subject }: Pick<Keys, 'subject'>, log: Pick<Log, 'error'>): Sealing {
  return {
    seal: createSeal(subject),
    tell: (callId) =>
      log.error(
        { callId, store: 'live', reason: 'seal' },
        'a stored call was not sealed here, so it counts as unknown: calls from before an upgrade or of another SUBJECT_KEY, or somebody else writes to Redis',
      ),
  }
}

/** What turns are made of, over opened stores. */
export function turnParts(stores: Stores, log: Log, slots: HashingSlots): TurnParts {
  const {
    hotlines,
    live,
    floorStore,
    notices,
    specialHours,
    calendar,
    matters,
    source,
    attempts,
    callCodes,
    events,
    verifier,
    pinChoice,
    letterOrders,
    sprays,
    keys,
    clock,
    patience,
  } = stores
  return {
    hotlines,
    calls: live.calls,
    limits: live.limits,
    waiting: floorStore,
    signals: live.signals,
    rooms: createAgentRooms(floorStore),
    notices,
    specialHours,
    calendar,
    matters,
    source,
    attempts,
    callCodes,
    events,
    verifier,
    pinChoice,
    letterOrders,
    sprays,
    slots,
    subjectKey: keys.subject,
    asItStands: createAsItStands({ standings: createStandings(stores.database.db), hotlines, clock, log }),
    clock,
    patience,
    log,
    toE164,
    newToken: () => randomBytes(TOKEN_BYTES).toString('base64url'),
  }
}

export function withTurns(stores: Stores, parts: TurnParts): Deps {
  const turns = createTurns(parts)
  const calls = judged(parts.calls, parts.asItStands)
  return {
    ...stores,
    turns,
    verification: parts,
    asItStands: parts.asItStands,
    contexts: createContexts({ ...parts, calls, incidents: stores.incidents }),
    async close() {
      // Somebody holds on for what is under way. It ends by itself, and where it hangs nobody is there to hear it.
      await within(parts.patience.deadlineMs, turns.settled()).catch(() => {})
      await stores.close()
    },
  }
}

/** Without the key of a stored verifier its owner's right PIN would count as wrong, and nobody would know why. */
function refuseMissingKeys(kids: readonly string[], { pin }: Keys): void {
  const missing = kids.filter((kid) => !pin.byId.has(kid))
  if (missing.length === 0) return
  throw new MissingKey(
    `Stored PINs need keys that PIN_KEYS does not have: ${missing.join(', ')}. Add them after the current key.`,
  )
}

export function urlOf(place: Place): string {
  switch (place.kind) {
    case 'postgres':
      return place.url
    case 'directory':
      return place.path
    case 'memory':
      return 'memory:'
  }
}
