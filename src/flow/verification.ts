/** A secret that is told to another channel than this hotline (R24): chat, shop, another telephone system. What of an order is in form. PURE. */
import { z } from 'zod'
import { entryOf, namedEntry } from '../auth/credentials.ts'
import { formOf } from '../auth/identifiers.ts'
import { asTold } from '../auth/letter-keys.ts'
import type { Brand } from './brand.ts'
import type { Fault } from './fault.ts'
import { name } from './name.ts'
import { brandNamed, noTopic } from './spoken-words.ts'
import { writtenSecret } from './written-secret.ts'

const digits = z.string().regex(/^[0-9]{1,32}$/, 'it is 1 to 32 digits, and nothing else')

export const verificationOrder = z
  .strictObject({
    brand: name.meta({ description: 'Name of the brand.' }),
    number: digits.meta({ description: 'What the customer says to be: any number that callers of the brand may key.' }),
    secret: writtenSecret.meta({
      description: 'The PIN, or another credential of the brand: digits, or a word in letters. Kept nowhere.',
      writeOnly: true,
    }),
    topic: name.nullable().default(null).meta({
      description: 'What it is about. Customers without a contract are verified for the topics of the tail alone.',
    }),
    id: z
      .string()
      .regex(/^[!-~]{1,64}$/, 'an id is 1 to 64 letters, digits and signs of ASCII, without a blank')
      .meta({ description: 'Another for each time that the customer tells a secret: one id is never compared twice.' }),
  })
  .meta({ id: 'VerificationOrder' })
export type VerificationOrder = z.infer<typeof verificationOrder>

/** What is wrong with an order by its form alone, as at the telephone; no account is looked at. Never quotes a digit. */
export function faultsOfVerification(
  { brand: named, number, secret, topic }: VerificationOrder,
  brands: readonly Brand[],
): Fault[] {
  const brand = brandNamed(named, brands)
  if ('fault' in brand) return [brand.fault]
  const faults: Fault[] = []
  if (topic !== null && !brand.topics.some((each) => each.name === topic)) faults.push(noTopic(brand, topic))
  const { form } = formOf(number, brand.identifiers)
  if (form !== 'well_formed') {
    const what =
      form === 'check_digit' ? 'its check digit is wrong' : `callers of '${brand.name}' key none of that form`
    faults.push({ code: 'form', field: 'number', sentence: `number: ${what}; have it told again.` })
  }
  if (asTold(brand, secret) === null) {
    const lengths = brand.credentials.map((kind) => namedEntry(entryOf(brand, kind))).join(' or ')
    const sentence = `secret: those of '${brand.name}' have ${lengths}; have it told again. No try was spent.`
    faults.push({ code: 'form', field: 'secret', sentence })
  }
  return faults
}
