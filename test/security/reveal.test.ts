/** Which files may see the digits of a secret, or the keys that it is under: lists that grow only by a decision, here. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'

/** File → why it must see them. */
const MAY_REVEAL: Record<string, string> = {
  'auth/secret.ts': 'defines it',
  'auth/verifier.ts': 'hashes a PIN or PUK',
  'auth/call-code-hash.ts': 'hashes a call code',
  'api/customers.ts': 'gives a call code that was just made to those who show it to the customer',
  'cli/calls.ts': 'prints a call code that was just made to the operator who asked for it',
  'server/operator.ts': 'gives such a code to the command that asks a server which has the store',
  'api/ordered-pin.ts': 'offers a PIN that would be taken in place of the one that was ordered',
  'portal/acts.ts': 'shows customers who are logged in a PIN that would be taken, or their new one, once',
  'auth/pin-policy.ts': 'says by which rule a PIN is weak, and no more',
  'tell/telling.ts': 'writes a call code into the message that brings it, which is kept nowhere',
  'store/letters/seal.ts': 'seals a PIN to the key of the printer',
  'store/look-up/pin-copies.ts': 'seals a PIN to the key of the process that shows it to its customer',
  'flow/steps/identify.ts': 'tells the form of an entry: is it a number, and of what kind',
  'flow/steps/collect.ts': 'saves an entry that is no secret',
  'turn/answer.ts': 'looks up who owns a well-formed entry',
}

/** Not the path of the portal's operation, nor the word by which its state offers it. */
const REVEALS = /(?<!allows)\.\s*reveal\b|\breveal\s*\(|\{[^{}:]*\breveal\b[^{}:]*\}\s*=|\[['"`]reveal/g

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => ({ name, code: withoutComments(readFileSync(join('src', name), 'utf8')) }))

it('the digits of a secret are revealed in these files alone, and once in each', () => {
  const revealing = sources
    .map(({ name, code }) => ({ name, times: code.match(REVEALS)?.length ?? 0 }))
    .filter(({ times }) => times > 0)
  expect(Object.fromEntries(revealing.map(({ name, times }) => [name, times]))).toEqual(
    Object.fromEntries(Object.keys(MAY_REVEAL).map((name) => [name, 1])),
  )
})

it('what was keyed becomes a secret at one door, and is read as text nowhere else', () => {
  const reading = sources.filter(({ code }) => /\bDigits\b/.test(code)).map(({ name }) => name)
  // Pages name digits in their sentences.
  const door = reading.filter((name) => !/^(simulator|page\/languages)\//.test(name))
  expect(door).toEqual(['twilio/read-input.ts'])
})

it('verifiers come from the one place that compares the keys with those of the database', () => {
  const making = sources.filter(({ code }) => /\bcreateVerifier\b/.test(code)).map(({ name }) => name)
  expect(making.sort()).toEqual(['auth/verifier.ts', 'store/pin-keys.ts'])
})

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}
