import { type Command, InvalidArgumentError } from 'commander'
import type { LastWords } from '../twilio/static-fallback.ts'

/** Adds `twilio fallback` to the program. */
export function registerTwilio(program: Command): void {
  program
    .command('twilio')
    .description('what to set up at Twilio')
    .command('fallback')
    .description('prints static TwiML that brings callers to a person when this service is gone altogether')
    .option('--number <e164>', 'the person to dial (default: FALLBACK_NUMBER)', e164)
    .option(
      '--queue <name>',
      'without a number: the queue at Twilio to wait in, for example rheinnetz.general',
      queueName,
    )
    .option('--brand <name>', 'say it in the words, languages and voices of this brand (default: German and English)')
    .addHelpText('after', HOSTING)
    .action(async ({ number, queue, brand }: { number?: string; queue?: string; brand?: string }) => {
      const [{ loadConfig }, { staticFallback }] = await Promise.all([
        import('../config/config.ts'),
        import('../twilio/static-fallback.ts'),
      ])
      const words = brand === undefined ? null : await lastWordsOf(brand)
      if (words === undefined) program.error(`There is no brand '${brand}' in the flows folder.`)
      const person = number ?? (queue === undefined ? loadConfig().fallbackNumber : null)
      if (person === null && queue === undefined)
        program.error('Nobody to bring callers to: give --number or --queue, or set FALLBACK_NUMBER.')
      process.stdout.write(`${staticFallback({ number: person, queue: queue ?? '' }, words)}\n`)
    })
}

const HOSTING = `
Put it where this service is not, for example into a TwiML Bin, and set its address as the number's fallback URL
with method POST: with GET, what callers keyed would stand in an access log.

Example:
  rufpass twilio fallback --number +493023125400 --brand fuldanetz > fallback.xml`

async function lastWordsOf(name: string): Promise<LastWords | undefined> {
  const [{ loadConfig }, { loadHotlines }, { loadStepTypes }, { lastWords }] = await Promise.all([
    import('../config/config.ts'),
    import('../hotlines/hotlines.ts'),
    import('../hotlines/load-step-types.ts'),
    import('../twilio/last-words.ts'),
  ])
  const { flowsDir, stepTypes } = loadConfig()
  const hotline = loadHotlines(flowsDir, await loadStepTypes(stepTypes)).byBrand.get(name)
  return hotline && lastWords(hotline)
}

function e164(text: string): string {
  if (!/^\+[1-9][0-9]{6,14}$/.test(text)) throw new InvalidArgumentError('Write it like +493023125400.')
  return text
}

function queueName(text: string): string {
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(text)) throw new InvalidArgumentError('Write it like rheinnetz.general.')
  return text
}
