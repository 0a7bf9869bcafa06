/**
 * Digits that were keyed, looked for in everything a server leaves behind: as they are, encoded, hashed, and spelled out.
 *
 * Eight digits and more do not come about by chance and are found anywhere in a run of digits. Four digits do, in every
 * time stamp and hash; so of four only those stand for a leak that stand alone, as a value or a word of a text does.
 */
import { createHash } from 'node:crypto'

export interface Canary {
  digits: string
  /** Where it was keyed. */
  at: string
}

export interface Leak extends Canary {
  form: string
  place: string
}

const hashes = ['md5', 'sha1', 'sha256'] as const

/** Every form but the plain one, by name. */
function encoded(digits: string): Record<string, string> {
  const bytes = Buffer.from(digits)
  return {
    base64: bytes.toString('base64').replace(/=+$/, ''),
    hex: bytes.toString('hex'),
    'one by one': [...digits].join(' '),
    'as a list': [...digits].join(','),
    'as a list of texts': [...digits].map((digit) => `"${digit}"`).join(','),
    'URL-encoded': [...digits].map((digit) => `%3${digit}`).join(''),
    ...Object.fromEntries(
      hashes.flatMap((hash) => {
        const sum = createHash(hash).update(digits).digest()
        return [
          [`${hash} in hex`, sum.toString('hex')],
          [`${hash} in base64`, sum.toString('base64').replace(/=+$/, '')],
          [`${hash} in base64url`, sum.toString('base64url')],
        ]
      }),
    ),
  }
}

/** Shortest form whose first characters are looked up before the whole is compared. */
const PREFIX = 5

/** How many forms of each canary are looked for. */
export const FORMS = Object.keys(encoded('1234')).length + 1

/** All places where a canary stands in one of its forms. */
export function findLeaks(canaries: readonly Canary[], places: Readonly<Record<string, string>>): Leak[] {
  const plain = new Map(canaries.map((canary) => [canary.digits, canary]))
  const lengths = new Set(canaries.map(({ digits }) => digits.length).filter((length) => length >= 8))
  const byPrefix = new Map<string, { text: string; form: string; canary: Canary }[]>()
  for (const canary of plain.values()) {
    for (const [form, text] of Object.entries(encoded(canary.digits))) {
      const prefix = text.slice(0, PREFIX)
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), { text, form, canary }])
    }
  }
  const leaks: Leak[] = []
  for (const [place, text] of Object.entries(places)) {
    for (const canary of plainIn(text, plain, lengths)) leaks.push({ ...canary, form: 'plain', place })
    for (let i = 0; i + PREFIX <= text.length; i++) {
      for (const { text: needle, form, canary } of byPrefix.get(text.slice(i, i + PREFIX)) ?? []) {
        if (text.startsWith(needle, i)) leaks.push({ ...canary, form, place })
      }
    }
  }
  return leaks
}

function plainIn(text: string, plain: ReadonlyMap<string, Canary>, lengths: ReadonlySet<number>): Canary[] {
  const found: Canary[] = []
  const note = (digits: string): void => {
    const canary = plain.get(digits)
    if (canary) found.push(canary)
  }
  for (const { 0: run, index } of text.matchAll(/[0-9]{4,}/g)) {
    const around = (text[index - 1] ?? ' ') + (text[index + run.length] ?? ' ')
    if (run.length < 8 && !/[A-Za-z+/=_-]/.test(around)) note(run)
    for (const length of lengths) {
      for (let i = 0; i + length <= run.length; i++) note(run.slice(i, i + length))
    }
  }
  return found
}
