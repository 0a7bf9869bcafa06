import type { Config } from '../config/config.ts'
import type { DemoAgent } from '../store/demo-cast.ts'
import { demoRows, oneOfEach } from './demo-rows.ts'
import type { Demo } from './open-demo.ts'
import type { Running } from './serve.ts'

/** What `npm start` prints: what is embedded, who can be called, and what to try next. */
export function welcome(config: Config, running: Running): string {
  const { deps, baseUrl, demo } = running
  const hotlines = [...deps.hotlines.byBrand.values()]
  const names = hotlines.map(({ brand }) => brand.name)
  // The README's first call; in a folder of one's own its first brand.
  const callable = names.includes('rheinnetz') ? 'rheinnetz' : (names[0] ?? '')
  const lines = [
    `Rufpass listens on ${baseUrl}`,
    '',
    ...embedded(config, deps.keys.file),
    '',
    'Hotlines',
    ...hotlines.map(({ brand }) => `  ${brand.name.padEnd(12)} ${brand.numbers.join(', ')}`),
  ]
  if (demo) {
    const customers = demo.customers.filter(({ brand }) => names.includes(brand))
    // PINs that were made for this store are told here and nowhere else; those of a try-out stand in its files.
    const told = config.demo === 'own' ? customers : oneOfEach(customers)
    if (told.length > 0) lines.push('', 'Demo customers', ...demoRows(told))
    if (told.length < customers.length) lines.push(`  All ${customers.length}: npx rufpass demo`)
    if (demo.agents.length > 0) lines.push('', 'Demo agents', ...agentRows(demo.agents))
    lines.push(...onOwnSecrets(config, demo))
  }
  lines.push('', 'In the browser', ...pageRows(running, config.telephony === 'stand-in'))
  lines.push(
    '',
    'Try next, in a second terminal',
    `  npx rufpass call --to ${callable.padEnd(13)} phone in; keys on the keyboard`,
    '  npx rufpass call --help             other callers, faults, transcripts',
    `  curl -H "Authorization: Bearer $API_TOKEN" '${baseUrl}/api/v1/calls?state=waiting'`,
    ...(deps.keys.file === null ? [] : [`                                      API_TOKEN is in ${deps.keys.file}`]),
    '  npx rufpass flows budget            how long each call takes',
    '',
    'Stop with Ctrl+C.',
    '',
  )
  return lines.join('\n')
}

/** What was made for this store is kept as verifiers only. */
function onOwnSecrets(config: Config, { customers, agents }: Demo): string[] {
  if (customers.length + agents.length === 0)
    return [
      '',
      'The demo is that of an earlier start, which told its PINs and passwords and kept them nowhere. For new PINs take a new',
      'store; an agent gets a new password with: npx rufpass agents password NAME',
    ]
  return config.demo === 'own'
    ? ['', 'Keep these PINs and passwords: they were made for this store, and are not told again.']
    : []
}

function agentRows(agents: readonly DemoAgent[]): string[] {
  const row = (name: string, password: string, who: string) => `  ${name.padEnd(12)} ${password.padEnd(16)} ${who}`
  return [
    row('name', 'password', 'who'),
    ...agents.map(({ name, password, displayName, role }) => row(name, password, `${displayName}, ${role}`)),
  ]
}

function pageRows({ baseUrl, hasDemoPortal }: Running, standIn: boolean): string[] {
  const row = (path: string, what: string) => `  ${baseUrl}/${path.padEnd(8)} ${what}`
  return [
    ...(standIn
      ? [
          row('', 'a telephone and the desk, side by side'),
          row('phone', 'the telephone alone'),
          row('tray', 'messages to customers, which lie here instead of being sent'),
        ]
      : []),
    row('desk', "the agents' desk"),
    ...(hasDemoPortal ? [row('my-data', "what customers change themselves: the example of a portal's page")] : []),
  ]
}

function embedded(config: Config, keyFile: string | null): string[] {
  const { database } = config
  return [
    database.kind === 'postgres'
      ? 'Durable store  Postgres'
      : `Durable store  embedded (PGlite), ${database.kind === 'directory' ? database.path : 'in memory: forgotten at the end'}`,
    config.redisUrl === null ? 'Live calls     embedded, in this process' : 'Live calls     Redis',
    `Telephony      ${config.telephony === 'twilio' ? 'Twilio' : 'a stand-in for Twilio, for this machine alone'}`,
    `Listens at     ${config.host === '::' ? 'every address of this machine' : config.host}, port ${config.port}`,
    ...(keyFile === null ? [] : [`Keys           made once, kept in ${keyFile}`]),
  ]
}
