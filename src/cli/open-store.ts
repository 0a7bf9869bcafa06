import type { Kysely } from 'kysely'
import type { Verifier } from '../auth/verifier.ts'
import type { Config } from '../config/config.ts'
import { completeKeys } from '../config/keys.ts'
import { languagesOf } from '../context/incidents.ts'
import type { Brand } from '../flow/brand.ts'
import type { Hotlines } from '../hotlines/hotlines.ts'
import { urlOf } from '../server/deps.ts'
import { openDatabase } from '../store/database.ts'
import type { BrandRules } from '../store/import/import.ts'
import type { Copying } from '../store/look-up/pin-copies.ts'
import { openVerifier } from '../store/pin-keys.ts'
import type { Schema } from '../store/schema.ts'
import type { ErasureTools } from './account-erasure.ts'
import type { AccountEventTools } from './account-events.ts'
import type { AgentTools } from './agents.ts'
import type { CallCodeTools } from './calls.ts'
import { configOf, openCommandStore } from './command-store.ts'
import type { HoursTools } from './hours.ts'
import type { IncidentTools } from './incident.ts'
import type { NoticeTools } from './notice.ts'
import type { PinTools } from './pins.ts'
import type { SprayTools } from './spray.ts'
import { standBack } from './stand-back.ts'
import type { StoreChoice } from './store-choice.ts'
import type { TicketTools } from './tickets.ts'
import type { TokenTools } from './tokens.ts'

/** The durable store with what commands need beside it. */
export interface OpenStore {
  db: Kysely<Schema>
  verifier: Verifier
  /** The key that new verifiers are made with. */
  currentKid: string
  /** The keys of PINs that are set, that one first. */
  kids: readonly string[]
  lookUpRecipient: string | null
  close(): Promise<void>
}

/** Opens the store. Throws sentences for people. */
export function openStore(choice: StoreChoice): Promise<OpenStore> {
  return open(configOf(choice))
}

/** Opens the store, and reads what an import must know of each brand. From then on this process stands back behind others. */
export async function openImport(
  choice: StoreChoice,
): Promise<OpenStore & { brands: ReadonlyMap<string, BrandRules>; copying: Copying }> {
  standBack()
  const config = configOf(choice)
  const { rulesOf } = await import('../hotlines/hotlines.ts')
  const hotlines = await hotlinesOf(choice)
  const copying = await copyingOf(choice, hotlines)
  return { ...(await open(config)), brands: rulesOf(hotlines), copying }
}

/** The store, what checks and makes PINs, and what the brands ask of them. It stands back as an import does. */
export async function openPins(choice: StoreChoice): Promise<PinTools> {
  standBack()
  const hotlines = await hotlinesOf(choice)
  const brands = new Map([...hotlines.byBrand].map(([name, { brand }]) => [name, brand]))
  const copying = await copyingOf(choice, hotlines)
  return { ...(await open(configOf(choice))), brands, copying }
}

/** The agents, and what they can take. */
export async function openAgents(choice: StoreChoice): Promise<AgentTools> {
  const { takenBy } = await import('../hotlines/hotlines.ts')
  const served = takenBy(await hotlinesOf(choice))
  const { agents, close } = await openCommandStore(choice)
  return { agents, served, close }
}

/** The tokens of the API, and the brands that they can be for. */
export async function openTokens(choice: StoreChoice): Promise<TokenTools> {
  const { takenBy } = await import('../hotlines/hotlines.ts')
  const served = takenBy(await hotlinesOf(choice))
  const { tokens, close } = await openCommandStore(choice)
  return { tokens, served, close }
}

/** The incidents, and which brands can have one. */
export async function openIncidents(choice: StoreChoice): Promise<IncidentTools> {
  const brands = languagesOf(await brandsOf(choice))
  const { incidents, close } = await openCommandStore(choice)
  return { incidents, brands, close }
}

/** The notices, and which brands can have one. */
export async function openNotices(choice: StoreChoice): Promise<NoticeTools> {
  const brands = await brandsOf(choice)
  const { notices, close } = await openCommandStore(choice)
  return { notices, brands, now: new Date(), close }
}

/** The special hours, and which brands can have them. */
export async function openHours(choice: StoreChoice): Promise<HoursTools> {
  const [brands, { createHolidays }] = await Promise.all([brandsOf(choice), import('../turn/holidays.ts')])
  const { specialHours, close } = await openCommandStore(choice)
  return { specialHours, calendar: createHolidays(), brands, now: new Date(), close }
}

/** Guesses at many accounts, of the brands of the flows folder. */
export async function openSprays(choice: StoreChoice): Promise<SprayTools> {
  const brands = await brandsOf(choice)
  const { sprays, close } = await openCommandStore(choice)
  return { sprays, brands, isWhole: true, now: new Date(), close }
}

/** Takes reports of other channels for the brands of the flows folder. */
export async function openTickets(choice: StoreChoice): Promise<TicketTools> {
  const hotlines = [...(await hotlinesOf(choice)).byBrand.values()]
  const { takeReports, close } = await openCommandStore(choice)
  return { take: (sent) => takeReports(sent, hotlines, new Date()), close }
}

/** Tells of accounts of the brands of the flows folder. */
export async function openAccountEvents(choice: StoreChoice): Promise<AccountEventTools> {
  const { rulesOf } = await import('../hotlines/hotlines.ts')
  const brands = rulesOf(await hotlinesOf(choice))
  const { tellEvents, close } = await openCommandStore(choice)
  return { tell: (sent, reason) => tellEvents(sent, brands, { reason, now: new Date() }), close }
}

/** Erases accounts by the rules of the flows folder. */
export async function openErasures(choice: StoreChoice): Promise<ErasureTools> {
  const { erasureDays } = await import('../hotlines/hotlines.ts')
  const dueOf = erasureDays(await hotlinesOf(choice))
  const { erasures, close } = await openCommandStore(choice)
  return { erasures: erasures(dueOf), close }
}

/** What is kept of new secrets for their customers to look up. */
async function copyingOf(choice: StoreChoice, hotlines: Hotlines): Promise<Copying> {
  const [{ copiesTo }, { lookUpBrands }] = await Promise.all([
    import('../store/look-up/pin-copies.ts'),
    import('../hotlines/hotlines.ts'),
  ])
  return copiesTo(configOf(choice).lookUpRecipient, lookUpBrands(hotlines))
}

/** Makes call codes for the brands of the flows folder that take them. */
export async function openCallCodes(choice: StoreChoice): Promise<CallCodeTools> {
  const hotlines = await hotlinesOf(choice)
  const { takesCallCodes } = await import('../hotlines/hotlines.ts')
  const { callCodes, close } = await openCommandStore(choice)
  return { make: callCodes(takesCallCodes(hotlines)).make, close }
}

async function brandsOf(choice: StoreChoice): Promise<Brand[]> {
  return [...(await hotlinesOf(choice)).byBrand.values()].map(({ brand }) => brand)
}

async function hotlinesOf(choice: StoreChoice): Promise<Hotlines> {
  const config = configOf(choice)
  const [{ loadHotlines }, { loadStepTypes }] = await Promise.all([
    import('../hotlines/hotlines.ts'),
    import('../hotlines/load-step-types.ts'),
  ])
  return loadHotlines(config.flowsDir, await loadStepTypes(config.stepTypes))
}

async function open({ keys: given, database: place, lookUpRecipient }: Config): Promise<OpenStore> {
  // Keys first: they are not made for a database that is there already.
  const keys = completeKeys(given, place)
  const { db, close } = await openDatabase(urlOf(place))
  try {
    const { current, byId } = keys.pin
    const kids = [current, ...[...byId.keys()].filter((kid) => kid !== current)]
    return { db, verifier: await openVerifier(db, keys.pin), currentKid: current, kids, lookUpRecipient, close }
  } catch (error) {
    await close()
    throw error
  }
}
