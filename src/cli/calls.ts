import type { Command } from 'commander'
import { accountOrder, callCodeRefusals } from '../context/account-acts.ts'
import type { CallCodes } from '../seams/call-codes.ts'
import { AccountError, noCustomer, sentenceOf } from './account-acts.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'

/** What these commands need, opened when one of them runs. */
export interface CallCodeTools {
  make: CallCodes['make']
  close(): Promise<void>
}

interface Choices extends StoreChoice {
  brand: string
  number: string
  reason: string
}

/** Who did it, in the events. */
const ACTOR = 'cli'

/** `rufpass calls code`. */
export function registerCalls(
  program: Command,
  open: (choice: StoreChoice) => Promise<CallCodeTools>,
  out: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): void {
  const withTools = using(open)
  program
    .command('calls')
    .description('codes that let one call in')
    .command('code')
    .description('makes a code that lets one call in as this customer, without number and PIN, and prints it this once')
    .requiredOption('--brand <name>', 'whose customer')
    .requiredOption('--number <digits>', 'the customer number')
    .requiredOption('--reason <text>', 'why; it stays on record as long as the account, so name no person in it')
    .option(...DATABASE)
    .addHelpText(
      'after',
      `
For a try-out, and for those who have proved to you in another way who they are. The customer is told of it; a code that was made before is
dead at once. It is keyed, with the hash key, where the call asks for a number, or told to the agent.

Example:
  rufpass calls code --brand fuldanetz --number 305719467 --reason "Try-out"`,
    )
    .action((choices: Choices) =>
      withTools(choices, async ({ make }) => {
        const { brand, number, reason } = choices
        const sent = accountOrder.safeParse({ brand, customerNumber: number, reason })
        if (!sent.success) throw new AccountError(sent.error.issues.map(sentenceOf).join(' '))
        const { reason: because, ...place } = sent.data
        const made = await make(place, { actor: ACTOR, reason: because })
        if (made === null) throw noCustomer(brand)
        if ('refused' in made) throw new AccountError(callCodeRefusals[made.refused])
        out(made.code.reveal())
        out(`It lets in one call until ${made.expires.toTimeString().slice(0, 8)}, by the clock of this machine.`)
      }),
    )
}
