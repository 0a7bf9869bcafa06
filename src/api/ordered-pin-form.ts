/** A PIN that was chosen with an order: what is sent and answered. */
import { z } from 'zod'
import { languageCode } from '../flow/brand.ts'
import { writtenSecret } from '../flow/written-secret.ts'
import { members } from './described.ts'

export const orderedPin = z.strictObject({
  pin: writtenSecret.meta({ description: 'What the customer chose: digits, or a word where the brand takes words.' }),
})

const byLanguage = z.record(languageCode, z.string())

export const orderedPinAnswer = z
  .strictObject({
    set: z.literal(true),
    place: byLanguage.nullable().meta({
      description:
        'Where customers find it, by language, in the words that callers without a PIN hear; null: it is shown nowhere yet, so send nobody anywhere.',
    }),
  })
  .meta({ id: 'OrderedPin' })

export const notTaken = z
  .strictObject({
    ...members,
    code: z.string().meta({ description: 'The rule that it breaks.' }),
    sentences: byLanguage.meta({
      description: 'What to tell the customer, with the suggestion; empty where the brand has no words for it.',
    }),
    suggestion: z.string().meta({ description: 'One that would be taken. For the eyes of this customer alone.' }),
  })
  .meta({ id: 'PinNotTaken', description: 'RFC 9457' })
