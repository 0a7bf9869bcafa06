import { type Command, InvalidArgumentError } from 'commander'
import { notRevoked, strangeToken, tokenForm } from '../api/token-form.ts'
import type { Served } from '../floor/agent-form.ts'
import { type Act, actNames, acts, type TokenBook, type TokenRecord } from '../seams/tokens.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'
import { tableOf } from './table.ts'

/** What these commands need, opened when one of them runs. */
export interface TokenTools {
  tokens: Pick<TokenBook, 'add' | 'revoke' | 'list'>
  served: Served
  close(): Promise<void>
}

/** Where lines go: the token itself to `out` and nothing else, so that a command can take it from there. */
export interface TokenSurroundings {
  out(line: string): void
  err(line: string): void
}

/** Who did it, in the events. */
const ACTOR = 'cli'

/** What cannot be done, in sentences for people. */
export class TokenError extends Error {
  override readonly name = 'TokenError'
}

interface AddChoices extends StoreChoice {
  brands: string
  acts: string
  perHour: number
  perDay: number
}

/** Adds `tokens add`, `tokens list` and `tokens revoke` to the program. */
export function registerTokens(
  program: Command,
  open: (choice: StoreChoice) => Promise<TokenTools>,
  { out, err }: TokenSurroundings,
): void {
  const withTools = using(open)
  const tokens = program.command('tokens').description('what other systems may do by the API')

  tokens
    .command('add')
    .argument('<name>', 'of the system that gets it; its acts are recorded as api/NAME, and it is never given twice')
    .description('makes a token and prints it, this once')
    .requiredOption('--brands <names>', 'brands with commas between, or all that there are now')
    .requiredOption('--acts <names>', 'acts with commas between (below), or all that there are now')
    .option('--per-hour <number>', 'requests by numbers that can be guessed, within an hour', numbered, 100)
    .option('--per-day <number>', 'the same within a day', numbered, 1_000)
    .option(...DATABASE)
    .addHelpText('after', actsHelp())
    .action((name: string, choices: AddChoices) =>
      withTools(choices, async (tools) => {
        const token = tokenOf(name, choices, tools.served)
        const secret = await tools.tokens.add(token, ACTOR)
        if (secret === null)
          throw new TokenError(`There has been a token '${name}', and a name is never given twice. Choose another.`)
        err(
          `'${name}' may ${token.acts.join(', ')} in ${token.brands.join(', ')}. Keep its token; it is not shown again:`,
        )
        out(secret)
      }),
    )
  tokens
    .command('list')
    .description('prints all tokens, revoked ones too, and never a secret')
    .option('--json', 'one JSON object a line')
    .option(...DATABASE)
    .action((choices: StoreChoice & { json?: true }) =>
      withTools(choices, async (tools) => {
        const all = await tools.tokens.list()
        for (const line of choices.json
          ? all.map((token) => JSON.stringify(token))
          : tableOf([HEAD, ...all.map(rowOf)]))
          out(line)
      }),
    )
  tokens
    .command('revoke')
    .argument('<name>')
    .description('ends a token for good, at every server from the next request on')
    .option(...DATABASE)
    .action((name: string, choices: StoreChoice) =>
      withTools(choices, async (tools) => {
        if (!(await tools.tokens.revoke(name, ACTOR))) throw new TokenError(notRevoked(name))
        err(`'${name}' is revoked.`)
      }),
    )
}

/** @throws TokenError for the first thing that cannot be so. */
function tokenOf(name: string, { brands, acts: given, perHour, perDay }: AddChoices, served: Served) {
  const wanted = given === 'all' ? actNames : namesOf(given)
  const strange = wanted.find((each) => !actNames.some((act) => act === each))
  if (strange !== undefined)
    throw new TokenError(`--acts: there is no act '${strange}'. Name some of: ${actNames.join(', ')}; or all.`)
  const read = tokenForm.safeParse({
    name,
    brands: brands === 'all' ? [...served.brands] : namesOf(brands),
    acts: wanted as Act[],
    budget: { perHour, perDay },
  })
  if (!read.success) throw new TokenError(`${read.error.issues.map(({ message }) => message).join('; ')}.`)
  const problem = strangeToken(read.data, served)
  if (problem !== null) throw new TokenError(problem)
  return read.data
}

function namesOf(text: string): string[] {
  return [...new Set(text.split(',').map((each) => each.trim()))]
}

function numbered(text: string): number {
  const number = Number(text)
  if (!/^[0-9]{1,7}$/.test(text) || number < 1 || number > 1_000_000)
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000000.')
  return number
}

function actsHelp(): string {
  const width = Math.max(...actNames.map((act) => act.length))
  const rows = actNames.map((act) => `  ${act.padEnd(width)}  ${acts[act]}`)
  return `
Acts:
${rows.join('\n')}

Example:
  rufpass tokens add wallboard --brands rheinnetz --acts read_calls > wallboard.token`
}

const HEAD = ['name', 'brands', 'acts', 'per hour', 'per day', 'made', 'last used', '']

function rowOf({ name, brands, acts: given, budget, created, lastUsed, revoked }: TokenRecord): string[] {
  return [
    name,
    brands?.join(',') ?? 'all',
    given?.join(',') ?? 'all',
    budget ? String(budget.perHour) : '-',
    budget ? String(budget.perDay) : '-',
    created ? `${created.at} by ${created.by}` : 'API_TOKEN',
    lastUsed ?? 'never',
    revoked ? `revoked ${revoked.at} by ${revoked.by}` : '',
  ]
}
