/** A customer file of any size, and the brand that it is of. */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pinRules } from '../../src/auth/pin-policy.ts'
import type { BrandRules } from '../../src/store/import/row.ts'

export const BRAND: BrandRules = {
  name: 'bench',
  identifiers: [
    { kind: 'customer_number', digits: { min: 8, max: 8 }, check: null },
    { kind: 'contract_number', digits: { min: 10, max: 10 }, check: null },
    { kind: 'phone_number', digits: { min: 6, max: 15 }, check: null },
    { kind: 'sim_number', digits: { min: 18, max: 20 }, check: null },
  ],
  credentials: ['pin'],
  ownLine: true,
  countryCode: '49',
  languages: ['de'],
  timeZone: 'Europe/Berlin',
  pins: { digits: 4, still: [], forbid: pinRules },
}

/** Each with a contract, a phone number, a SIM and an e-mail address; with `pins` each with a PIN instead. */
export function writeCustomers(file: string, lines: number, { pins }: { pins: boolean }): Promise<void> {
  function* parts(): Generator<string> {
    const columns = pins ? 'pin' : 'birth_date,contract_numbers,phone_numbers,sim_numbers,email'
    yield `brand,customer_number,name,language,${columns}\n`
    for (let n = 0; n < lines; n++) {
      const number = String(n).padStart(7, '0')
      const rest = pins
        ? String(n % 10_000).padStart(4, '0')
        : `1980-05-01,200${number},+49151${number},894900000000${number},customer${n}@mail.example`
      yield `bench,1${number},Customer ${n},de,${rest}\n`
    }
  }
  return pipeline(Readable.from(chunked(parts())), createWriteStream(file))
}

function* chunked(parts: Iterable<string>): Generator<string> {
  let held = ''
  for (const part of parts) {
    held += part
    if (held.length < 65_536) continue
    yield held
    held = ''
  }
  yield held
}
