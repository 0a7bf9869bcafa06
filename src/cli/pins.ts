import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import type { Kysely } from 'kysely'
import { HASHES_PER_CORE } from '../auth/hashing-slots.ts'
import { ADDRESS_AGE_MS, ORDER_EVERY_MS } from '../auth/letters.ts'
import { policyOf } from '../auth/pin-policy.ts'
import type { Verifier } from '../auth/verifier.ts'
import type { Brand } from '../flow/brand.ts'
import { MOST_BYTES, NotWhole, readWhole } from '../seams/whole-file.ts'
import { PinError } from '../store/letters/pin-error.ts'
import type { Copying } from '../store/look-up/pin-copies.ts'
import type { Schema } from '../store/schema.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'

export interface PinTools {
  db: Kysely<Schema>
  verifier: Verifier
  /** Copies for customers to look up; left out: none. */
  copying?: Copying
  brands: ReadonlyMap<string, Brand>
  close(): Promise<void>
}

interface IssueChoices extends StoreChoice {
  brand: string
  number?: string
  file?: string
  again?: true
  forgotten?: true
  firstUse?: true
  printer: string
  letters: string
  proof: string
}

export interface PinSurroundings {
  out(line: string): void
  err(line: string): void
  now(): Date
}

const DAY = 24 * 3_600_000

/** Where there are many, how far it is. */
const TOLD_EVERY = 5_000

/** Adds `pins` to the program. */
export function registerPins(
  program: Command,
  open: (choice: StoreChoice) => Promise<PinTools>,
  { out, err, now }: PinSurroundings,
): void {
  const pins = program.command('pins').description('PINs by post: issue them, and take back those that nobody got')
  pins
    .command('issue')
    .description(
      'gives a random PIN to every customer of a brand who has none, in letters that the printer alone can open',
    )
    .requiredOption('--brand <name>', 'whose customers')
    .option('--number <customer number>', 'one customer alone')
    .option('--file <file>', 'those of a file alone, a customer number a line')
    .option(
      '--again',
      'also to those who have a PIN: it is dead at once, and its lock lifted (with --number or --file)',
    )
    .option(
      '--forgotten',
      'those alone with an order (pins order): the PIN that they forgot is right until the new one is first used',
    )
    .option(
      '--first-use',
      'codes that are good to set a PIN with, and for nothing else: for breaches only, where the brand file says so',
    )
    .requiredOption('--printer <key>', "the printer's public key, age1…")
    .requiredOption('--letters <file>', 'a new file for the printer: a letter a line, sealed')
    .requiredOption('--proof <file>', 'a new file for your records: who gets which letter; no PIN')
    .option(...DATABASE)
    .addHelpText('after', AFTER)
    .action(async (choices: IssueChoices) => {
      const interrupted = new AbortController()
      const interrupt = (): void => interrupted.abort()
      process.once('SIGINT', interrupt)
      try {
        await using(open)(choices, (tools) => issue(tools, choices, interrupted.signal))
      } finally {
        process.off('SIGINT', interrupt)
      }
    })
  pins
    .command('order')
    .description('orders a letter with a new PIN for a customer who forgot it; pins issue --forgotten makes it')
    .requiredOption('--brand <name>', 'whose customer')
    .requiredOption('--number <customer number>', 'the customer')
    .option(...DATABASE)
    .action((choices: StoreChoice & { brand: string; number: string }) =>
      using(open)(choices, async ({ db }) => {
        const { createLetterOrders } = await import('../store/letters/order.ts')
        const whose = { brand: choices.brand, customerNumber: choices.number }
        const done = await createLetterOrders(db).order(whose, { actor: 'cli', callId: '-' })
        if (done !== 'ordered') throw new PinError(NOT_ORDERED[done])
        out(ORDERED)
      }),
    )
  pins
    .command('undeliverable')
    .argument('[letters...]', 'ids of letters, as in the proof file')
    .option('--file <file>', 'those of a file, an id a line')
    .description('makes the PINs of letters worth nothing that came back; issue brings others')
    .option(...DATABASE)
    .action((named: string[], choices: StoreChoice & { file?: string }) =>
      using(open)(choices, async ({ db }) => {
        const ids = [...named, ...(choices.file === undefined ? [] : linesOf(choices.file))]
        if (ids.length === 0) throw new PinError('Name the letters that came back, or a file of them by --file.')
        const { undeliverable } = await import('../store/letters/hand-over.ts')
        for (const id of ids) {
          const done = await undeliverable(db, id)
          out(`${id}: ${UNDELIVERED[done]}`)
          if (done === 'unknown') process.exitCode = 2
        }
      }),
    )

  async function issue(
    { db, verifier, copying, brands }: PinTools,
    { brand: wanted, number, file, again, forgotten, firstUse, printer, letters, proof }: IssueChoices,
    signal: AbortSignal,
  ): Promise<void> {
    const brand = brands.get(wanted)
    if (!brand) throw new PinError(`There is no brand '${wanted}'. Name one of: ${[...brands.keys()].join(', ')}.`)
    if (!brand.credentials.includes('pin')) throw new PinError(`'${wanted}' takes no PIN.`)
    const numbers = number === undefined ? (file === undefined ? null : linesOf(file)) : [number]
    if (again && forgotten)
      throw new PinError('--again ends the PIN that is in use, --forgotten leaves it: choose one of them.')
    if (firstUse && forgotten)
      throw new PinError(
        '--forgotten leaves a PIN in use until the new one is, --first-use is for when none may stay: choose one of them.',
      )
    if (firstUse && !brand.pins.first_use)
      throw new PinError(`'${wanted}' has no codes for first use: pins.first_use of its file says whether it has.`)
    if (again && numbers === null)
      throw new PinError('--again makes PINs that are in use worth nothing: say whose by --number or --file.')
    const [{ sealTo }, { issuePins }, { writeLetters }] = await Promise.all([
      import('../store/letters/seal.ts'),
      import('../store/letters/issue.ts'),
      import('./letter-files.ts'),
    ])
    const files = writeLetters({ letters, proof })
    let told = 0
    const { issued, samples } = await issuePins(db, {
      brand: wanted,
      policy: policyOf(brand, 'pin'),
      countryCode: brand.country_code,
      wordIn: (language) => brand.words[language]?.pin ?? 'PIN',
      numbers,
      again: again ?? false,
      forgotten: forgotten ?? false,
      firstUse: firstUse ?? false,
      printer,
      seal: sealTo(printer),
      verifier,
      ...(copying && { copying }),
      hashesAtOnce: availableParallelism() * HASHES_PER_CORE,
      now: now(),
      signal,
      onProgress(count) {
        if (count < told + TOLD_EVERY) return
        told = count
        err(`${count.toLocaleString('en')} issued`)
      },
    }).catch((error: unknown) => {
      files.drop()
      if (signal.aborted)
        throw new PinError(
          'Interrupted. What was issued is kept, sealed: the same command goes on, and its files have it too.',
        )
      throw error
    })
    const written = await files.write(db, { brand: wanted, printer })
    out(`${counted(issued, 'PIN')} issued; ${samples.toLocaleString('en')} of them read back and compared, all right.`)
    const without = numbers === null ? 0 : new Set(numbers).size - issued
    if (without > 0)
      out(
        `${without.toLocaleString('en')} of the numbers named got none: ${again ? NOBODY : forgotten ? NOT_WAITING : OR_HAS_ONE}.`,
      )
    out(`${counted(written, 'letter')} in ${letters}, for the printer. Who gets them is in ${proof}.`)
  }
}

const NOBODY = 'no customer of this brand with a contract has them'
const OR_HAS_ONE = `${NOBODY}, or there is a PIN already`

const NOT_WAITING = `${NOBODY}, or no order waits for them`

const ORDERED = `Ordered: the next pins issue --forgotten makes the letter. The PIN of before is right until the new one is first used.`
const NOT_ORDERED = {
  too_early: `Nothing was ordered: there was an order within the last ${ORDER_EVERY_MS / DAY} days.`,
  no_address: `Nothing was ordered: the address is not known to have been the customer's for ${ADDRESS_AGE_MS / DAY} days (address_since of the customer file).`,
  no_customer: 'Nothing was ordered: no customer of this brand with a contract has this number.',
} as const

const UNDELIVERED = {
  killed: 'its PIN is worth nothing now.',
  other: 'the customer has another PIN by now, or none; nothing was changed.',
  unknown: 'there is no such letter.',
} as const

const AFTER = `
The letters file has a JSON object a line: "letter", its id, and "sealed", an age file in base64. The printer opens it with the private key
that it alone has (age-keygen), compares the id inside with the one beside it, and prints what is inside. Where that has "first_use", the letter is
to say that the code only serves to set a PIN.
Run the same command again after an interruption: nobody gets two. A letter that is to be printed again is a new PIN: --again.

Example:
  rufpass pins issue --brand rheinnetz --printer age1… --letters letters.jsonl --proof proof.csv`

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

function textIn(file: string): string {
  try {
    return readWhole(file, MOST_BYTES.list).toString('utf8')
  } catch (error) {
    throw error instanceof NotWhole ? new PinError(`${file} ${error.message}.`) : error
  }
}

/** Lines that say something. */
function linesOf(file: string): string[] {
  return textIn(file)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
