import type { Command } from 'commander'
import { LONGEST_NOTICE } from '../call/samples.ts'
import { sentencesOf } from '../flow/fault.ts'
import type { Notice } from '../seams/notices.ts'
import { clearNotice, type NoticeParts, setNotice } from '../turn/notices.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'
import { textOption } from './text-option.ts'

interface Place extends StoreChoice {
  brand: string
  topic?: string
}

interface Order extends Place {
  text: Record<string, string>
  until?: string
}

/** What these commands need, opened when one of them runs. */
export interface NoticeTools extends NoticeParts {
  now: Date
  close(): Promise<void>
}

/** Who did it, in the history. */
const ACTOR = 'cli'

/** What cannot be done, in sentences for people. */
export class NoticeError extends Error {
  override readonly name = 'NoticeError'
}

/** Adds `notice set`, `notice list` and `notice clear` to the program. */
export function registerNotice(
  program: Command,
  open: (choices: StoreChoice) => Promise<NoticeTools>,
  out: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): void {
  const withTools = using(open)
  const notice = program
    .command('notice')
    .description('tell callers something for the time being; callers hear it within a minute, without a restart')

  notice
    .command('set')
    .description('switches a notice on, in every language of the brand, instead of the one for the same callers')
    .requiredOption('--brand <name>', 'whose callers hear it')
    .option('--topic <name>', 'only those with this topic')
    .requiredOption(
      '--text <language=words>',
      `what they hear, at most ${LONGEST_NOTICE} letters; repeat it`,
      textOption,
    )
    .option('--until <moment>', 'when it ends by itself, as 2026-11-26T18:00:00+01:00')
    .option(...DATABASE)
    .addHelpText(
      'after',
      '\nExample:\n  rufpass notice set --brand rheinnetz --topic outage --text de="Im Norden ist das Netz gestört." \\\n    --text en="There is a fault in the north."',
    )
    .action((choices: Order) => withTools(choices, (tools) => set(tools, choices)))
  notice
    .command('list')
    .description('prints what is switched on')
    .option('--json', 'one JSON object a line')
    .option(...DATABASE)
    .action((choices: StoreChoice & { json?: true }) =>
      withTools(choices, async ({ notices, now }) => {
        for (const each of await notices.current(now)) out(choices.json ? JSON.stringify(each) : linesOf(each))
      }),
    )
  notice
    .command('clear')
    .description('switches a notice off')
    .requiredOption('--brand <name>', 'whose callers hear it')
    .option('--topic <name>', 'the one for this topic')
    .option(...DATABASE)
    .action((choices: Place) => withTools(choices, (tools) => clear(tools, choices)))
}

async function set(tools: NoticeTools, { brand, topic, text, until }: Order): Promise<void> {
  const sent = { brand, topic: topic ?? null, texts: text, until: until ?? null }
  const done = await setNotice(tools, { sent, actor: ACTOR, now: tools.now })
  if ('faults' in done) throw new NoticeError(sentencesOf(done.faults))
}

async function clear(tools: NoticeTools, { brand, topic }: Place): Promise<void> {
  const done = await clearNotice(tools, { sent: { brand, topic: topic ?? null }, actor: ACTOR, now: tools.now })
  if (done === 'not_on') throw new NoticeError('No notice is switched on for these callers; see: rufpass notice list')
  if (done !== 'cleared') throw new NoticeError(sentencesOf(done.faults))
}

function linesOf({ brand, topic, texts, until, since }: Notice): string {
  const head = `${brand} ${topic ?? '(all callers)'} since ${since}${until === null ? '' : ` until ${until}`}`
  return [head, ...Object.entries(texts).map(([language, text]) => `  ${language}: ${text}`)].join('\n')
}
