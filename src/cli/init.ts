/** `rufpass init`: flows, brand, prompts and settings of an operator, in a folder of their own. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { packageRoot, packageVersion } from '../config/package-root.ts'
import { brandSchema } from '../flow/brand.ts'
import { customer, filesOf, type Start } from './init-files.ts'
import { packSelf } from './pack-self.ts'

/** A name that nobody has who could be meant. */
const DEFAULT_BRAND = 'musternetz'

/** Adds `init` to the program. */
export function registerInit(program: Command): void {
  program
    .command('init')
    .argument('<folder>', 'a new or empty folder; nothing in it is overwritten')
    .description('writes flows, a brand and prompts of your own, outside of this package')
    .option(
      '--brand <name>',
      'name of the first brand: small letters, digits and underscores',
      brandName,
      DEFAULT_BRAND,
    )
    .addOption(
      new Option('--language <code>', 'the language that callers hear first').choices(['de', 'en']).default('de'),
    )
    .addHelpText('after', '\nExample:\n  rufpass init our-hotline --brand lindenfon --language en')
    .action((folder: string, choices: Pick<Start, 'brand' | 'language'>) => {
      const drafts = mkdtempSync(join(tmpdir(), 'rufpass-'))
      let inTheWay: string[]
      try {
        inTheWay = initFolder(folder, { ...choices, version: packageVersion() }, packSelf(drafts))
      } finally {
        rmSync(drafts, { recursive: true })
      }
      if (inTheWay.length > 0)
        program.error(
          `${folder} has this already, and nothing was written:\n${inTheWay.map((each) => `  ${each}\n`).join('')}`,
        )
      process.stdout.write(nextSteps(folder, choices.brand))
    })
}

/**
 * Writes the folder, or nothing: then it returns the paths that are in the way.
 * @param packed the file with this package, which the folder gets too; without it a registry must have the version.
 */
export function initFolder(folder: string, start: Start, packed?: string): string[] {
  if (existsSync(folder) && !statSync(folder).isDirectory()) return [folder]
  const copy = packed === undefined ? null : basename(packed)
  const files = { ...shippedFlows(), ...filesOf(start, copy) }
  const inTheWay = [...Object.keys(files), ...(copy === null ? [] : [copy])].filter((path) =>
    existsSync(join(folder, path)),
  )
  if (inTheWay.length > 0) return inTheWay
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    // Nobody who fills in the settings should have to think of who else can read them.
    writeFileSync(join(folder, path), text, { flag: 'wx', mode: path === '.env' ? 0o600 : 0o644 })
  }
  if (packed !== undefined && copy !== null) copyFileSync(packed, join(folder, copy))
  return []
}

/** The flows that come with Rufpass, their prompts and schemas. The demo's brands and customers stay where they are. */
function shippedFlows(): Record<string, string> {
  const dir = join(packageRoot(), 'flows')
  const names = [
    ...readdirSync(dir).filter((name) => /\.(yaml|schema\.json)$/.test(name)),
    ...readdirSync(join(dir, 'prompts')).map((name) => `prompts/${name}`),
  ]
  return Object.fromEntries(names.map((name) => [`flows/${name}`, readFileSync(join(dir, name), 'utf8')]))
}

function nextSteps(folder: string, brand: string): string {
  return `${folder} is ready. Next:

  cd ${folder}
  npm install
  npx rufpass flows check                     prove every call that these flows can have
  npx rufpass accounts import customers.csv   one made-up customer
  npx rufpass call --to ${brand.padEnd(22)}press 1, key ${customer.number}#, then the PIN ${customer.pin}

README.md in it says what is where.
`
}

function brandName(text: string): string {
  const read = brandSchema.shape.name.safeParse(text)
  if (!read.success) throw new InvalidArgumentError(`${read.error.issues[0]?.message ?? 'It is no name'}.`)
  return text
}
