import { z } from 'zod'
import { CALL_CODE_DIGITS } from '../auth/call-code.ts'
import { changeableKinds, credentialKinds, entryOf, everyLengthOf } from '../auth/credentials.ts'
import { checks, type IdentifierRule, identifierKinds } from '../auth/identifiers.ts'
import { sprayFollows } from '../auth/spray.ts'
import type { Phase } from '../call/call.ts'
import { type AgentTimes, agentTimes, type Threshold, threshold } from './agent-limits.ts'
import { day } from './day.ts'
import { hoursSchema } from './hours.ts'
import { messages, portal } from './own-channels.ts'
import { pinsSchema } from './pins.ts'
import { promptSchema } from './prompt.ts'
import { waitsSchema } from './waits.ts'

const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/, 'a name is 1 to 32 small letters, digits and underscores, and begins with a letter')
const flowName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'a flow is named by its file: small letters, digits, underscores and dashes')
const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, 'a telephone number is written "+49221…", in quotes')
const key = z.string().regex(/^[0-9]$/, 'a key is one digit, in quotes')
/** ISO 639: the first part of a BCP 47 tag. Two letters, or three where a language has no shorter code. */
export const languageCode = z.string().regex(/^[a-z]{2,3}$/, 'a language is its code of two letters, or three, as "de"')
const timeZone = z.string().refine((zone) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== null
  } catch {
    return false
  }
}, 'there is no such time zone; write it like Europe/Berlin')
/** As many as callers listen to before they hang up: each takes two seconds to be offered. */
export const MOST_LANGUAGES = 5
const level = z.union([z.literal(0), z.literal(1), z.literal(2)])

const topic = z
  .strictObject({
    name: name.describe('Name of the topic; its label is the prompt "topic.<name>".'),
    press: key.describe('Key that chooses it.'),
    needs: level.describe('What it needs: 0 nothing, 1 an identified caller, 2 a verified one.'),
    written: z
      .boolean()
      .default(false)
      .describe(
        'Settled in writing, because it needs documents: callers are told where to send them, with their ticket number, instead of waiting.',
      ),
    sets: z
      .enum(changeableKinds)
      .optional()
      .describe(
        'Callers set a new secret of this kind by telephone, after the one in force was right: a new PIN, say. Without it no call sets one.',
      ),
    more: z
      .boolean()
      .default(false)
      .describe('Offered in a second menu, which "anything else" opens: for what few callers have.'),
    hours: hoursSchema
      .optional()
      .describe('When people can be reached about it, where that is not when the brand is open; these win.'),
  })
  .describe('One matter that callers have.')
export type Topic = z.infer<typeof topic>

const identifier = z.strictObject({
  kind: z.enum(identifierKinds).describe('What is keyed.'),
  digits: z
    .strictObject({
      min: z.int().min(3).max(20).describe('At least so many.'),
      max: z.int().min(3).max(20).describe('At most so many.'),
    })
    .describe('How many digits it has.'),
  check: z
    .enum(Object.keys(checks) as [keyof typeof checks, ...(keyof typeof checks)[]])
    .nullable()
    .default(null)
    .describe('Rule of its check digit, the last digit: mod11_10 (ISO 7064) or luhn.'),
})

export const brandSchema = z
  .strictObject({
    name: name.describe('Internal name; it stands in queue names and files.'),
    numbers: z.array(e164).min(1).describe('Called numbers that belong to this brand.'),
    flow: flowName.default('hotline').describe('Flow file that its calls follow.'),
    step_up: flowName
      .optional()
      .describe('Flow file of the PIN check that agents send callers to in mid-call; without it they cannot.'),
    address: z.enum(['formal', 'informal']).describe('How callers are addressed: formal (Sie) or informal (du).'),
    languages: z
      .array(
        z.strictObject({
          code: languageCode.describe('Language, as "de"; prompts are looked for under it.'),
          voice: z.string().min(1).describe('Name of a Twilio voice.'),
          locale: z
            .string()
            .regex(/^([a-z]{2,3}(-[A-Z][A-Za-z]{1,3}){1,2}|arb)$/, 'it is written as "de-DE" or "en-GB-WLS"')
            .describe('Language and country of the voice, as "de-DE": what Twilio calls its language.'),
        }),
      )
      .min(1)
      .max(MOST_LANGUAGES)
      .describe(
        'The first is spoken unless the caller chooses another, each offered in its own words: of two the menu offers the other one, of more the `language` step asks before anything else.',
      ),
    language_by_number: z
      .record(e164, languageCode)
      .default({})
      .describe('Called numbers that decide the language: their callers are not asked.'),
    language_key: key.default('9').describe('Key that changes the language in the menu of a brand that has two.'),
    more_key: key.default('4').describe('Key of "anything else", where topics are in a second menu.'),
    person_key: key.default('0').describe('Key that leads to a person.'),
    country_code: z
      .string()
      .regex(/^[1-9]\d{0,2}$/)
      .default('49')
      .describe('For numbers keyed with a leading zero.'),
    time_zone: timeZone.default('Europe/Berlin').describe('Dates of this brand begin at midnight here.'),
    keying_minutes: z
      .int()
      .min(5)
      .max(60)
      .default(8)
      .describe('So many minutes callers may take to key, waiting and talks aside; then a person takes over.'),
    hours: hoursSchema.optional(),
    queues: z
      .strictObject({
        most: z.int().min(10).max(5000).describe('Where so many wait in a queue, a backlog step lets nobody else in.'),
        long_minutes: z
          .int()
          .min(1)
          .max(120)
          .describe('A wait that is expected to be longer than this is told before anything is asked.'),
      })
      .optional()
      .describe('When a queue is full, and what a long wait is. Without it neither is ever said before the queue.'),
    waits: waitsSchema.optional(),
    channels: z
      .array(name)
      .max(20)
      .default([])
      .describe(
        'Channels of its own by which matters are reported, besides phone, mail, form, letter, shop and social.',
      ),
    thresholds: z
      .record(name, threshold)
      .default({})
      .describe('By topic, or `general`: from when on supervisors see its queue as one that needs somebody.'),
    agent_times: z
      .record(name, agentTimes)
      .default({})
      .describe(
        "By topic, or `general`: how long an agent's phone rings for its callers, and how long a wrap-up lasts.",
      ),
    identifiers: z.array(identifier).min(1).describe('What callers may key to say who they are.'),
    credentials: z.array(z.enum(credentialKinds)).min(1).describe('What proves it; one of them suffices.'),
    call_codes: z
      .boolean()
      .default(false)
      .describe(
        'Whether customers who are logged in elsewhere may get a code for one call, keyed in place of number and PIN.',
      ),
    pins: pinsSchema.default(pinsSchema.parse({})),
    shared_lines: z
      .array(e164)
      .max(1000)
      .default([])
      .describe(
        'Numbers from which many customers call, as of a firm or a home: more may be tried from each before nothing more is checked.',
      ),
    spray: z
      .strictObject({
        follows: z
          .enum(sprayFollows)
          .describe(
            'one_try: calls have one try instead of three, and answers wait longer, until it is over. alarm: nothing but that people are told; they order it by command or at the desk.',
          ),
      })
      .default({ follows: 'one_try' })
      .describe('What follows where many accounts are being guessed at.'),
    own_line: z.boolean().describe('Whether callers may say that it is about the line they call from. Proves nothing.'),
    roll_out: z
      .strictObject({
        announced: day.optional().describe('First day on which the PIN counts as announced.'),
        mandatory: day.optional().describe('First day on which nothing is served without it.'),
      })
      .default({})
      .describe('From when the PIN is announced and from when nothing is served without it.'),
    tail: z
      .strictObject({
        days: z.int().min(1).max(1100).default(60).describe('So many days after the last contract ended.'),
        topics: z.array(name).min(1).describe('Topics that the customer may still be verified for, as a final bill.'),
      })
      .optional()
      .describe('Customers whose contracts have all ended. Without it they are verified for nothing any more.'),
    erase_after_days: z
      .int()
      .min(1)
      .max(1100)
      .default(14)
      .describe('So many days after it was asked for an account is erased, and never within `tail`.'),
    pin_shown_from: day
      .optional()
      .describe('From when customers can look the PIN up where the words say; before that nobody is sent there.'),
    messages: messages.optional(),
    portal: portal.optional(),
    topics: z
      .array(topic)
      .min(1)
      .max(10)
      .describe('The menu, in order: at most four, and at most six `more` in the second one.'),
    actions: z
      .record(name, z.union([level, z.literal('never')]))
      .describe('The level that a caller needs for what an agent may do; "never" means not by hotline PIN alone.'),
    dangerous: z
      .array(name)
      .optional()
      .describe(
        'Of `actions`, what nobody does for 72 hours after customers have changed their PIN by portal or phone. Left out: all that need 2.',
      ),
    transfers: z
      .record(
        name,
        z.strictObject({
          number: e164.describe('Where the call is dialled to.'),
          needs: level.describe(
            'What a caller must have proved to be put through: 0 nothing, 1 identified, 2 verified.',
          ),
          any_time: z
            .boolean()
            .default(false)
            .describe('Whether somebody answers there also while the brand is closed.'),
        }),
      )
      .default({})
      .describe('Numbers that flows may transfer to.'),
    words: z
      .record(languageCode, z.record(name, z.string().min(1)))
      .describe('Nouns of this brand by language: variables of every prompt.'),
    prompts: z
      .record(languageCode, z.record(z.string(), promptSchema))
      .default({})
      .describe('Prompts of this brand by language, over the shared ones.'),
  })
  .describe('A brand of Rufpass: what differs between hotlines that share a flow.')

type ParsedBrand = z.infer<typeof brandSchema>
export type Brand = Omit<ParsedBrand, 'identifiers'> & { identifiers: IdentifierRule[] }

/** The lengths of what proves a caller: secrets that stay, and call codes. */
export function secretLengths(brand: Pick<Brand, 'credentials' | 'pins' | 'call_codes'>): number[] {
  const kept = brand.credentials.flatMap((kind) => everyLengthOf(entryOf(brand, kind)))
  return [...kept, ...(brand.call_codes ? [CALL_CODE_DIGITS] : [])]
}

/** The language that callers hear before anything was chosen. */
export function firstLanguage({ languages: [first] }: Pick<Brand, 'languages'>): string {
  if (first === undefined) throw new Error('a brand without languages passes no schema')
  return first.code
}

/**
 * Where callers choose their language. Of two the menu offers the other one, which costs callers of the first a second and
 * no key; more are too many for a menu of nine seconds, so a `language` step asks first.
 */
export function languageChoice({ languages }: Pick<Brand, 'languages'>): 'none' | 'menu' | 'step' {
  return languages.length > 2 ? 'step' : languages.length === 2 ? 'menu' : 'none'
}

/** When the queue of a topic (null: the general one) needs somebody: what the file says of it, else what holds for all. */
export function thresholdOf({ thresholds }: Pick<Brand, 'thresholds'>, topic: string | null): Threshold {
  return thresholds[topic ?? 'general'] ?? threshold.parse({})
}

/** How long a phone rings and a wrap-up lasts for the queue of a topic (null: the general one), as above. */
export function agentTimesOf({ agent_times }: Pick<Brand, 'agent_times'>, topic: string | null): AgentTimes {
  return agent_times[topic ?? 'general'] ?? agentTimes.parse({})
}

/** The roll-out phase on a local calendar day, YYYY-MM-DD (R17, R18). */
export function phaseOn(brand: Brand, today: string): Phase {
  const { announced, mandatory } = brand.roll_out
  if (mandatory !== undefined && today >= mandatory) return 'mandatory'
  if (announced !== undefined && today >= announced) return 'announced'
  return 'voluntary'
}

/** Whether customers can already see the PIN where the brand's words say (R20). */
export function pinIsShown(brand: Brand, today: string): boolean {
  return brand.pin_shown_from !== undefined && today >= brand.pin_shown_from
}
