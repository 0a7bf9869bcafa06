/** What a letter says, sealed to the printer: https://age-encryption.org/v1, X25519. Nobody here can open it again. */
import { Encrypter } from 'age-encryption'
import type { Secret } from '../../auth/secret.ts'
import { PinError } from './pin-error.ts'

/** The one letter of one customer. */
export interface Letter {
  id: string
  brand: string
  customerNumber: string
  name: string
  language: string
  /** What the brand calls the secret. */
  word: string
  /** Whether it is good to set another, and for nothing else: the letter says so. */
  firstUse: boolean
  pin: Secret
}

/** base64 of an age file. */
export type Seal = (letter: Letter) => Promise<string>

/**
 * @param printer its public key, `age1…`.
 * @throws where it is none.
 */
export function sealTo(printer: string): Seal {
  const encrypter = (): Encrypter => {
    const one = new Encrypter()
    one.addRecipient(printer)
    return one
  }
  if (!/^age1[02-9ac-hj-np-z]{58}$/.test(printer)) throw new PinError(NO_KEY)
  try {
    encrypter()
  } catch {
    throw new PinError(NO_KEY)
  }
  return async ({ id, brand, customerNumber, name, language, word, firstUse, pin }) => {
    // The id stands inside too: a record that was moved to another row is found by who opens it.
    const whose = { letter: id, brand, customer_number: customerNumber, name, language, word }
    const written = { ...whose, ...(firstUse && { first_use: true }), pin: pin.reveal() }
    return Buffer.from(await encrypter().encrypt(JSON.stringify(written))).toString('base64')
  }
}

const NO_KEY =
  'That is no key of a printer: it is the public one, age1… with 62 letters and digits, as age-keygen prints it.'
