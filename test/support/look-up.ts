/** An installation whose customers may look their PIN up: two roles of a real Postgres, as docs/portal.md says, the voice service and the portal's process. */
import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import pg from 'pg'
import { readPortalProcess } from '../../src/config/portal-process.ts'
import { createLog } from '../../src/log/log.ts'
import { type RunningPortal, servePortal } from '../../src/server/portal-process.ts'
import { openDatabase } from '../../src/store/database.ts'
import { hotlinesIn } from '../flow/shipped.ts'
import { PATIENT } from './any-store.ts'
import { demoOf, openApp, type TestApp, testSettings } from './app.ts'
import { openPortal, type TestPortal } from './portal.ts'
import type { TestPostgres } from './postgres.ts'

/** What `acr` says of a log-in with the second factor that look-up asks for. */
export const SECOND_FACTOR = 'mfa_app'

export interface LookUpStand {
  app: TestApp
  portal: TestPortal
  process: RunningPortal
  urls: { owner: string; voice: string; portal: string }
  identity: string
  recipient: string
  flowsDir: string
  /** Settings with which `rufpass portal` starts. */
  settings: Record<string, string>
  /** What the portal's process has logged. */
  logged(): string
  asOwner<Row extends pg.QueryResultRow>(statement: string, values?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/** The statements of the page, with names of this test's own. */
function statements(voice: string, portal: string): string {
  const [, sql = ''] = /```sql\n([\s\S]*?)```/.exec(readFileSync('docs/portal.md', 'utf8')) ?? []
  return sql.replaceAll('rufpass_voice', voice).replaceAll('rufpass_portal', portal)
}

/** The demo's flows, but that customers of this brand may look their PIN up. */
function flowsWithLookUp(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'rufpass-look-up-'))
  cpSync('flows', dir, { recursive: true })
  const file = join(dir, 'brands', `${name}.yaml`)
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace('portal: { acr: [mfa] }', `portal: { acr: [mfa], look_up: [${SECOND_FACTOR}] }`))
  return dir
}

export async function openLookUp(postgres: TestPostgres, brand = 'rheinnetz'): Promise<LookUpStand> {
  const owner = await postgres.createCopy('demo_cheap', async (url) => {
    const database = await openDatabase(url, PATIENT)
    await demoOf('cheap').fill(database)
    await database.close()
  })
  const roles = ['voice', 'portal'].map((name) => `${name}_${randomBytes(6).toString('hex')}`) as [string, string]
  const as = (role: string): string => owner.replace('//postgres@', `//${role}@`)
  const asOwner: LookUpStand['asOwner'] = async (statement, values) => {
    const client = new pg.Client({ connectionString: owner })
    await client.connect()
    try {
      return (await client.query(statement, values)).rows
    } finally {
      await client.end()
    }
  }
  await asOwner(statements(...roles))
  const [voiceRole, portalRole] = roles
  const identity = await generateIdentity()
  const recipient = await identityToRecipient(identity)
  const flowsDir = flowsWithLookUp(brand)
  let app: TestApp
  const portal = await openPortal(() => app)
  app = await openApp({
    customers: 'cheap',
    database: as(voiceRole),
    settings: { ...portal.settings, FLOWS_DIR: flowsDir, LOOKUP_RECIPIENT: recipient },
  })
  const { PIN_KEYS, SUBJECT_KEY } = testSettings
  const settings = { ...portal.settings, PIN_KEYS, SUBJECT_KEY, FLOWS_DIR: flowsDir, LOOKUP_IDENTITY: identity }
  const lines: string[] = []
  const log = createLog({ level: 'trace', to: { write: (line) => void lines.push(line) } })
  const config = readPortalProcess({ ...settings, DATABASE_URL: as(portalRole) })
  const running = await servePortal({ ...config, port: 0 }, { log, clock: app.clock, hotlines: hotlinesIn(flowsDir) })
  return {
    app,
    portal,
    process: running,
    urls: { owner, voice: as(voiceRole), portal: as(portalRole) },
    identity,
    recipient,
    flowsDir,
    settings,
    logged: () => lines.join(''),
    asOwner,
    async close() {
      await running.stop()
      await app.close()
      await asOwner(roles.map((role) => `DROP OWNED BY ${role}; DROP ROLE ${role}`).join(';'))
      rmSync(flowsDir, { recursive: true })
    },
  }
}
