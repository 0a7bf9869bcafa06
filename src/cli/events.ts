import { type Command, InvalidArgumentError } from 'commander'
import type { RecordedEvent } from '../store/events.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'

interface Choices extends StoreChoice {
  call?: string
  after: number
  limit?: number
  json?: true
}

/** Events are read in pieces of this many, so that a long record needs no long memory. */
const AT_ONCE = 1_000

/** Adds `events list` to the program. */
export function registerEvents(program: Command): void {
  program
    .command('events')
    .description('read the record of verifications, hand-offs and readings')
    .command('list')
    .description('prints events in order: who, what, when, and never a digit that was keyed')
    .option('--call <sid>', 'of this call only')
    .option('--after <id>', 'those after this event', wholeNumber, 0)
    .option('--limit <n>', 'at most so many', wholeNumber)
    .option('--json', 'one JSON object a line')
    .option(...DATABASE)
    .addHelpText('after', '\nExample:\n  rufpass events list --call CA0123456789abcdef0123456789abcdef')
    .action(async (choices: Choices) => {
      const { openCommandStore } = await import('./command-store.ts')
      await using(openCommandStore)(choices, async ({ events }) => {
        await print(events.read, choices, (line) => process.stdout.write(`${line}\n`))
      })
    })
}

/** Reads on until there are no more, or enough. */
export async function print(
  read: (filter: { callId?: string; after: number; limit: number }) => Promise<RecordedEvent[]>,
  { call, after, limit = Number.POSITIVE_INFINITY, json }: Omit<Choices, 'database'>,
  line: (text: string) => void,
): Promise<void> {
  let last = after
  let left = limit
  while (left > 0) {
    const piece = Math.min(left, AT_ONCE)
    const events = await read({ ...(call === undefined ? {} : { callId: call }), after: last, limit: piece })
    for (const event of events) line(json ? JSON.stringify(event) : lineOf(event))
    last = events.at(-1)?.id ?? last
    left -= events.length
    if (events.length < piece) return
  }
}

function lineOf({ id, at, kind, callId, brand, ref, actor, facts }: RecordedEvent): string {
  const told = Object.entries(facts).map(([name, value]) => `${name}=${value}`)
  return [id, at, kind.padEnd(12), callId, brand, ref ?? '-', actor, ...told].join(' ')
}

function wholeNumber(text: string): number {
  if (!/^[0-9]{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
