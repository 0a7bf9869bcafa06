import type { Command } from 'commander'
import { accountOrder } from '../context/account-acts.ts'
import type { Because, CustomerPlace } from '../seams/account-book.ts'
import type { Erasures } from '../seams/erasures.ts'
import { hinderedSentence } from '../seams/hindrances.ts'
import { AccountError, noCustomer, sentenceOf } from './account-acts.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'

/** What these commands need, opened when one of them runs. */
export interface ErasureTools {
  erasures: Erasures
  close(): Promise<void>
}

interface Choices extends StoreChoice {
  brand: string
  number: string
  reason: string
}

/** Who did it, in the events. */
const ACTOR = 'cli'

/** Adds `accounts erase`, `keep` and `erase-due` to the program. */
export function registerErasure(
  program: Command,
  open: (choice: StoreChoice) => Promise<ErasureTools>,
  out: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): void {
  const withTools = using(open)
  const accounts = program.commands.find((command) => command.name() === 'accounts') ?? program.command('accounts')
  const ofOne = <T>(
    name: string,
    description: string,
    act: (erasures: Erasures, place: CustomerPlace, because: Because) => Promise<T | null>,
    tell: (done: T) => void,
  ): Command =>
    accounts
      .command(name)
      .description(description)
      .requiredOption('--brand <name>', "whose customer's account")
      .requiredOption('--number <digits>', 'the customer number')
      .requiredOption('--reason <text>', 'why; it is erased with the account')
      .option(...DATABASE)
      .action((choices: Choices) =>
        withTools(choices, async ({ erasures }) => {
          const { brand, number, reason } = choices
          const sent = accountOrder.safeParse({ brand, customerNumber: number, reason })
          if (!sent.success) throw new AccountError(sent.error.issues.map(sentenceOf).join(' '))
          const { reason: because, ...place } = sent.data
          const done = await act(erasures, place, { actor: ACTOR, reason: because })
          if (done === null) throw noCustomer(brand)
          tell(done)
        }),
      )

  ofOne(
    'erase',
    'asks for an account to be erased: a server does it after the days that the brand names',
    (erasures, place, because) => erasures.request(place, because),
    (asked) => {
      if ('hindered' in asked) throw new AccountError(hinderedSentence(asked.hindered))
      const before = asked.changed ? '' : 'It was asked for before. '
      out(`${before}It is erased from ${asked.due} on. Until then: rufpass accounts keep takes it back.`)
    },
  ).addHelpText(
    'after',
    `
Refused while a contract runs, the account is locked by an operator, another customer claims a number of it, an incident that touched it
or a ticket is open, or somebody of it is on the phone. A contract that begins before the day makes it void. What is left afterwards is
counts, and the numbers of tickets, which lead to nobody.

Example:
  rufpass accounts erase --brand rheinnetz --number 407182632 --reason "Asked for by letter"`,
  )
  ofOne(
    'keep',
    'takes back that an account is to be erased',
    (erasures, place, because) => erasures.keep(place, because),
    (changed) => out(changed ? 'It is kept.' : 'Nobody had asked for it to be erased.'),
  )
  accounts
    .command('erase-due')
    .description('erases the accounts that are due, as a server does every hour')
    .option(...DATABASE)
    .action((choice: StoreChoice) =>
      withTools(choice, async ({ erasures }) => {
        const { erased, held } = await erasures.carryOut(ACTOR)
        out(`${erased} erased${held === 0 ? '' : `; ${held} due and held: accounts show says why`}.`)
      }),
    )
}
