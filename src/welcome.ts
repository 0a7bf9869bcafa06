import type { Config } from './config.ts'
import type { Running } from './serve.ts'
import { demoAgents, demoCustomers } from './store/demo.ts'

/** What `npm start` prints: what is embedded, whom one can call, and what to try next. */
export function welcome(config: Config, { deps, baseUrl, demo }: Running): string {
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
    lines.push('', 'Demo customers', ...demoRows(names))
    lines.push('', 'Demo agents', ...agentRows())
    lines.push('', 'In the browser', ...pageRows(baseUrl))
  }
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

function agentRows(): string[] {
  const row = (name: string, password: string, who: string) => `  ${name.padEnd(12)} ${password.padEnd(16)} ${who}`
  return [
    row('name', 'password', 'who'),
    ...demoAgents().map(({ name, password, displayName, role }) => row(name, password, `${displayName}, ${role}`)),
  ]
}

function pageRows(baseUrl: string): string[] {
  return [
    `  ${baseUrl}/       a telephone and the agents' desk, side by side`,
    `  ${baseUrl}/phone  the telephone alone`,
    `  ${baseUrl}/desk   the desk alone`,
  ]
}

function embedded(config: Config, keyFile: string | null): string[] {
  const { database } = config
  return [
    database.kind === 'postgres'
      ? 'Durable store  Postgres'
      : `Durable store  embedded (PGlite), ${database.kind === 'directory' ? database.path : 'in memory: forgotten at the end'}`,
    config.redisUrl === null ? 'Live calls     embedded, in this process' : 'Live calls     Redis',
    ...(keyFile === null ? [] : [`Keys           made once, kept in ${keyFile}`]),
  ]
}

function demoRows(brands: readonly string[]): string[] {
  const shown = demoCustomers().filter(({ brand }) => brands.includes(brand))
  return [
    `  ${'brand'.padEnd(12)} ${'customer number'.padEnd(16)} ${'phone'.padEnd(15)} ${'PIN'.padEnd(8)} name`,
    ...shown.map(
      ({ brand, customerNumber, phone, pin, name }) =>
        `  ${brand.padEnd(12)} ${customerNumber.padEnd(16)} ${(phone ?? '').padEnd(15)} ${(pin ?? '-').padEnd(8)} ${name}`,
    ),
  ]
}
