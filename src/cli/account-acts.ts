import type { Command } from 'commander'
import { endOrder, lockSentence } from '../context/account-acts.ts'
import { columnSentence } from '../context/account-events.ts'
import type { AccountBook, AccountState, Because, CustomerPlace } from '../seams/account-book.ts'
import { type Erasure, hinderedSentence } from '../seams/hindrances.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'

/** What these commands need, opened when one of them runs. */
export interface AccountTools {
  accounts: AccountBook
  close(): Promise<void>
}

interface Choices extends StoreChoice {
  brand: string
  number: string
  reason: string
  at?: string
}

/** Who did it, in the events. */
const ACTOR = 'cli'

/** What cannot be done, in sentences for people. */
export class AccountError extends Error {
  override readonly name = 'AccountError'
}

/** Where the store has nobody of this brand and number; which of the two is mistyped nobody here knows. */
export function noCustomer(brand: string): AccountError {
  return new AccountError(
    `'${brand}' has no customer of this number. Look at both: the brand as its file names it, and the customer number.`,
  )
}

/** Adds `accounts show`, `lock`, `unlock`, `end` and `clear-pin` to the program. */
export function registerAccountActs(
  program: Command,
  open: (choice: StoreChoice) => Promise<AccountTools>,
  out: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): void {
  const withTools = using(open)
  const accounts = program.commands.find((command) => command.name() === 'accounts') ?? program.command('accounts')
  const ofOne = (name: string, description: string): Command =>
    accounts
      .command(name)
      .description(description)
      .requiredOption('--brand <name>', "whose customer's account")
      .requiredOption('--number <digits>', 'the customer number')
      .requiredOption('--reason <text>', 'why; it stays on record as long as the account, so name no person in it')
      .option(...DATABASE)
  /** What `act` gives, where there is such a customer. */
  const acting = <T>(
    choices: Choices,
    act: (book: AccountBook, place: CustomerPlace, because: Because, at: Date, now: Date) => Promise<T | null>,
    tell: (done: T, at: Date, now: Date) => void,
  ): Promise<void> =>
    withTools(choices, async (tools) => {
      const { brand, number, reason } = choices
      const sent = endOrder.safeParse({ brand, customerNumber: number, reason, at: choices.at })
      if (!sent.success) throw new AccountError(sent.error.issues.map(sentenceOf).join(' '))
      const { reason: because, at, ...place } = sent.data
      const now = new Date()
      const from = at === undefined ? now : new Date(at)
      const done = await act(tools.accounts, place, { actor: ACTOR, reason: because }, from, now)
      if (done === null) throw noCustomer(brand)
      tell(done, from, now)
    })

  ofOne(
    'show',
    'prints the state of an account: locks, tries, kinds of credentials, identifiers, open tickets; no secret',
  )
    .option('--json', 'as one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  rufpass accounts show --brand rheinnetz --number 407182632 --reason "Ticket 52081"',
    )
    .action((choices: Choices & { json?: true }) =>
      acting(
        choices,
        (book, place, because) => book.show(place, because),
        (state, _at, now) => {
          if (choices.json) out(JSON.stringify(state))
          else for (const line of linesOf(state, now)) out(line)
        },
      ),
    )
  ofOne('lock', 'locks an account until it is unlocked: nothing verifies it, at any door; a new PIN does not lift it')
    .addHelpText(
      'after',
      '\nExample:\n  rufpass accounts lock --brand rheinnetz --number 407182632 --reason "Reported as taken over"',
    )
    .action((choices: Choices) =>
      acting(
        choices,
        (book, place, because) => book.lock(place, because),
        (changed) =>
          out(
            changed
              ? 'It is locked: nothing verifies it. Lift it by: rufpass accounts unlock'
              : 'It was locked already.',
          ),
      ),
    )
  ofOne('unlock', 'lifts such a lock, and none by wrong tries: those end by themselves or by a new PIN').action(
    (choices: Choices) =>
      acting(
        choices,
        (book, place, because) => book.unlock(place, because),
        (unlocked) => {
          if (!unlocked.lifted) throw new AccountError(lockSentence(unlocked))
          out(`The lock is lifted. ${lockSentence(unlocked)}`)
        },
      ),
  )
  ofOne('end', 'ends all contracts of an account, and with them its numbers, SIMs and contacts')
    .option('--at <moment>', 'from when on, as 2026-11-30T00:00:00+01:00 (default: now)')
    .addHelpText(
      'after',
      '\nWhat `tail` of the brand names goes on for so long.\n\nExample:\n  rufpass accounts end --brand rheinnetz --number 407182632 --reason "Ticket 520817"',
    )
    .action((choices: Choices) =>
      acting(
        choices,
        (book, place, because, at, now) => book.end(place, at, because, now),
        (done, at, now) => {
          if ('fault' in done) throw new AccountError(`--${columnSentence(done.fault)}`)
          const isOver = at <= now
          if (!done.changed) out(isOver ? 'It had ended by then.' : 'It ends by then already.')
          else
            out(
              `${isOver ? 'It has ended' : `It ends at ${at.toISOString()}`}: its numbers identify nobody from then on.`,
            )
        },
      ),
    )
  ofOne('clear-pin', 'makes all PINs and PUKs of an account worth nothing, until another is issued')
    .addHelpText(
      'after',
      '\nThe next customer file does not bring them back. To issue another: accounts import with it and --replace-pins.',
    )
    .action((choices: Choices) =>
      acting(
        choices,
        (book, place, because) => book.clearPins(place, because),
        (count) =>
          out(
            count === 0 ? 'There was none to clear.' : `${count} cleared: nothing verifies it until there is another.`,
          ),
      ),
    )
}

function heldBy({ hindered }: Erasure): string[] {
  return hindered.length === 0 ? [] : [`  held: ${hinderedSentence(hindered)}`]
}

/** A fault of `customerNumber` is one of `--number`. */
export function sentenceOf({ path, message }: { path: PropertyKey[]; message: string }): string {
  const [field] = path
  return `--${field === 'customerNumber' ? 'number' : String(field)}: ${message}.`
}

function linesOf(
  {
    brand,
    customerNumber,
    language,
    lock,
    credentials,
    ended,
    contracts,
    identifiers,
    openTickets,
    erasure,
    messages,
  }: AccountState,
  now: Date,
): string[] {
  const locks = [
    ...(lock.byOperator === null ? [] : [`by an operator since ${lock.byOperator}`]),
    ...(lock.until === null ? [] : [`by wrong tries until ${lock.until}`]),
    ...(lock.needsNewPin ? ['by wrong tries until there is a new PIN'] : []),
    ...(lock.trustedLineOnly
      ? ['by wrong tries for all but a trusted line, until there is a new PIN or a right one from there']
      : []),
  ]
  const days = (from: string | null, to: string | null) => `from ${from ?? 'ever'} to ${to ?? 'now'}`
  return [
    `${brand} ${customerNumber}, language ${language}`,
    `locked: ${locks.join('; ') || 'no'}`,
    `wrong tries: ${lock.wrongInARow} in a row, ${lock.wrongInAYear} in 365 days`,
    ...lock.ofSims.map(({ wrongInARow, isDead }) => `  by SIM: ${wrongInARow} in a row${isDead ? ', dead' : ''}`),
    ...(credentials.length === 0 ? ['credentials: none'] : ['credentials:']),
    ...credentials.map(
      ({ kind, set, cleared }) => `  ${kind}, set ${set}${cleared === null ? '' : `, cleared ${cleared}`}`,
    ),
    ...(ended === null ? [] : [`${Date.parse(ended) > now.getTime() ? 'ends' : 'ended'}: ${ended}`]),
    ...(contracts.length === 0 ? [] : ['contracts:']),
    ...contracts.map(
      ({ number, product, from, to }) => `  ${number}${product === null ? '' : ` ${product}`}, ${days(from, to)}`,
    ),
    'identifiers:',
    ...identifiers.map(
      ({ kind, value, from, to, disputed }) =>
        `  ${kind} ${value}, ${days(from, to)}${disputed === null ? '' : `, disputed since ${disputed}`}`,
    ),
    ...(openTickets.length === 0 ? ['open tickets: none'] : ['open tickets:']),
    ...openTickets.map(({ number, topic, reportedAt }) => `  ${number} ${topic}, reported ${reportedAt}`),
    ...(erasure === null
      ? []
      : [`to be erased: from ${erasure.due} on, asked for ${erasure.requested}`, ...heldBy(erasure)]),
    ...(messages.length === 0 ? [] : ['told without asking:']),
    ...messages.map((message) => `  ${message.about} of ${message.at}, ${becameOf(message)}`),
  ]
}

function becameOf({ state, done, reason, channel, source }: AccountState['messages'][number]): string {
  if (state === 'sent') return `sent ${done} by ${channel}, contact of ${source}`
  return state === 'waiting' ? 'waits' : `not sent: ${reason}`
}
