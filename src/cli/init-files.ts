/** What `rufpass init` writes besides the flows that come with Rufpass: all that an operator changes first. */
import { credentialKinds, credentials, namedEntry } from '../auth/credentials.ts'
import { settings } from '../config/settings.ts'
import { type Column, columns } from '../store/import/columns.ts'

/** The choices of a new folder. */
export interface Start {
  /** Name of the brand: `musternetz`. */
  brand: string
  /** The language that callers hear first. */
  language: 'de' | 'en'
  /** Of Rufpass. */
  version: string
}

/** One made-up customer, on a number that the German regulator reserves for films and books. */
export const customer = { number: '407182632', pin: '4826' } as const
const CALLED = '+492214710200'
const PHONE = '+492214710211'

const PROOFS = credentialKinds
  .map((kind) => ({ kind, ...credentials[kind] }))
  .map(
    ({ kind, usualEntry, subject }) =>
      `${kind} (${namedEntry(usualEntry)}${subject === 'sim' ? ', of a SIM card' : ''})`,
  )
  .join(', ')

/** The files by their paths in the folder. `packed`: the file in it that Rufpass is installed from; null: a registry has it. */
export function filesOf(start: Start, packed: string | null): Record<string, string> {
  return {
    [`flows/brands/${start.brand}.yaml`]: brandFile(start),
    'steps.mjs': STEPS,
    'customers.csv': customers(start),
    '.env': dotEnv(),
    '.gitignore': GITIGNORE,
    'package.json': packageFile(start, packed),
    'README.md': readme(start, packed),
  }
}

/** `muster_netz` as it is spoken: Muster Netz. */
function spoken(brand: string): string {
  return brand.replace(/(^|_)([a-z])/g, (_all, gap: string, letter: string) => (gap ? ' ' : '') + letter.toUpperCase())
}

function brandFile({ brand, language }: Start): string {
  const languages = [
    '  - { code: de, voice: Polly.Vicki-Neural, locale: de-DE }',
    '  - { code: en, voice: Polly.Amy-Neural, locale: en-GB }',
  ]
  if (language === 'en') languages.reverse()
  return `# yaml-language-server: $schema=../brand.schema.json
# Your hotline: all that differs between brands of one flow. Everything here is made up; change it line by line, and see
# what npx rufpass flows check says. A second brand is a second file.

# The name inside: as this file is called, in queue names (${brand}.bill) and in the file of customers.
name: ${brand}

# The numbers that callers dial. This one is reserved for films and books; yours comes from Twilio.
numbers: ["${CALLED}"]

# The call itself is in flows/hotline.yaml, its words in flows/prompts: formal says Sie, informal says du.
flow: hotline
step_up: step-up
address: formal

# The first is spoken until the caller presses 9 for the other. With a third, whose prompts are flows/prompts/<code>.yaml
# (tr is there) and whose words stand below, callers are asked first. Voices: https://www.twilio.com/docs/voice/twiml/say
languages:
${languages.join('\n')}

# What callers key to say who they are: customer_number, contract_number, phone_number, sim_number, ticket_number.
# With a check digit (check: luhn, or mod11_10) a typo is told at once.
identifiers:
  - { kind: customer_number, digits: { min: 6, max: 12 } }

# Whether they may say that it is about the line they call from, instead of keying a number. It proves nothing.
own_line: false

# What proves it: ${PROOFS}.
credentials: [pin]

# Whether customers who are logged in at your portal or app may get a code for one call, which they key in place of number and PIN, or tell the agent.
call_codes: false

# Before "announced" the PIN is voluntary, from "mandatory" on nobody is served without it. Without dates: voluntary.
roll_out:
  announced: "2025-01-01"
  mandatory: "2025-01-01"
# From when customers can look the PIN up at the place that the words below name.
pin_shown_from: "2025-01-01"

# The menu, at most four. needs: 0 nothing, 1 a number, 2 a number and the PIN. The words are the prompts topic.<name>.
# One more would be { name: order, press: "3", needs: 1 }; the check tells when a menu takes longer than people listen.
topics:
  - { name: bill, press: "1", needs: 2 }
  - { name: outage, press: "2", needs: 0 }

# No wait is without an end: what callers are offered after so many minutes, or where no agent is there. call_later tells when to call,
# ticket keeps the place of those who have proved who they are. The key leads out at any time.
waits:
  longest: { minutes: 45, exit: ticket }
  nobody: { minutes: 5, exit: call_later }
  key: { press: "1", exit: ticket }

# The level that a caller needs for what an agent may do; never: not on a hotline.
actions:
  general_advice: 0
  report_outage: 0
  read_order: 2
  read_bill: 2
  read_contract: 2
  change_tariff: 2
  change_address: 2
  sim_swap: never
  bank_data: never
  pin_change: never

# What of this nobody does for 72 hours after customers have changed their PIN by portal or phone.
dangerous: [change_tariff, change_address]

# Your nouns, which the prompts use.
words:
  de:
    brand: ${spoken(brand)}
    number: Kundennummer
    numbers: Kundennummer
    numbers_short: Kundennummer
    pin: Telefon-PIN
    pin_place: im Kundenportal unter Meine Daten
    pin_renewal: im Kundenportal unter Meine Daten
  en:
    brand: ${spoken(brand)}
    number: customer number
    numbers: customer number
    numbers_short: customer number
    pin: phone PIN
    pin_place: in the customer portal under My Data
    pin_renewal: in the customer portal under My Data
`
}

const STEPS = `// Step types of your own: logic that no YAML can say. STEP_TYPES in .env names this file.
//
// A step decides by the call, its own fields and what is keyed; who the caller is and has proved stays with the steps of
// Rufpass. npx rufpass flows check proves every call that comes through your steps too, and a server does not start
// before it finds nothing.
//
// To use the one below, write this into flows/hotline.yaml, "next: notice" instead of "next: written":
//
//   notice:
//     type: notice_for
//     topic: outage
//     prompt: notice.outage
//     next: written
//
// and the words at the end of the file in flows/brands:
//
//   prompts:
//     de: { notice.outage: "In Köln ist gerade das Internet gestört." }
//     en: { notice.outage: "The internet is down in Cologne." }
//
// Then let editors know it, too: npx rufpass flows schema
import { defineStep, promptKey, target, z } from 'rufpass'

/** Speaks to callers about one topic, and to nobody else: a known outage, the last day for orders. */
export const noticeFor = defineStep({
  schema: z.strictObject({
    type: z.literal('notice_for'),
    topic: z.string().describe('Callers about this topic hear it.'),
    prompt: promptKey.describe('What they hear.'),
    next: target.describe('The step that comes next.'),
  }),
  exits: ({ next }) => ({ next }),
  prompts: ({ prompt }) => [prompt],
  enter: ({ config, call }) => ({
    kind: 'go',
    exit: 'next',
    say: call.topic === config.topic ? [{ key: config.prompt }] : [],
  }),
})

export default [noticeFor]
`

function customers({ brand, language }: Start): string {
  const cells: Partial<Record<Column, string>> = {
    brand,
    customer_number: customer.number,
    name: 'Erika Muster',
    birth_date: '1968-11-02',
    language,
    pin: customer.pin,
    phone_numbers: PHONE,
    email: 'erika.muster@example.org',
  }
  return `${columns.join(',')}\n${columns.map((column) => cells[column] ?? '').join(',')}\n`
}

/** Every setting with its meaning; those of this folder are set. */
function dotEnv(): string {
  const set: Record<string, string> = { FLOWS_DIR: 'flows', STEP_TYPES: 'steps.mjs', DATABASE_URL: '.rufpass/db' }
  const rows = Object.entries(settings.shape).map(([name, row]) => `# ${row.description}\n${name}=${set[name] ?? ''}\n`)
  return `# Settings of this hotline; a name without a value keeps its default. Variables of the real environment win.\n\n${rows.join('\n')}`
}

const GITIGNORE = `node_modules/
# Settings may be secrets, customers are, and the store of a first try has both.
.env
customers.csv
.rufpass/
`

function packageFile({ brand, version }: Start, packed: string | null): string {
  const contents = {
    name: `${brand.replaceAll('_', '-')}-hotline`,
    private: true,
    type: 'module',
    scripts: { check: 'rufpass flows check', start: 'rufpass start' },
    dependencies: { rufpass: packed === null ? version : `file:${packed}` },
  }
  return `${JSON.stringify(contents, null, 2)}\n`
}

function readme({ brand }: Start, packed: string | null): string {
  return `# The hotline ${spoken(brand)}

\`\`\`
npm install
npx rufpass flows check                     # proves every call that these flows can have
npx rufpass accounts import customers.csv   # one made-up customer
npx rufpass start                           # the server; Ctrl+C ends it
npx rufpass call --to ${brand.padEnd(21)} # a phone in the terminal, beside the server or without it
\`\`\`

In the call press \`1\` for the bill, key \`${customer.number}#\`, then the PIN \`${customer.pin}\`, and \`h\` to hang up.

| File | What it is |
|---|---|
| \`flows/hotline.yaml\` | the order of the call |
| \`flows/step-up.yaml\` | the PIN check that an agent can ask for in mid-call |
| \`flows/prompts\` | its words |
| \`flows/brands/${brand}.yaml\` | all that is yours: numbers, names, topics, dates |
| \`steps.mjs\` | step types of your own, with one to begin with |
| \`.env\` | the settings; production needs Postgres, Redis and keys: \`npx rufpass keys new\` |
| \`customers.csv\` | who can call; the header says what a file of yours needs |
${packed === null ? '' : packedRow(packed)}`
}

function packedRow(packed: string): string {
  const another = 'For another version put its file here, and name it in `package.json`.'
  return `| \`${packed}\` | Rufpass itself, which \`npm install\` takes from here: no registry has it. ${another} |\n`
}
