/**
 * Words on the keys of a telephone, each letter one press of the key that it stands on (ITU-T E.161): ABC 2, DEF 3, GHI 4, JKL 5, MNO 6, PQRS 7,
 * TUV 8, WXYZ 9. What a letter wears goes (ä is a, ç is c), ß is ss; case and blanks count nothing, digits are their own keys. PURE.
 */
import { type Accepting, type CredentialKind, credentials, entryOf, hasLength } from './credentials.ts'
import { Secret } from './secret.ts'

const KEYS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ 2: 'abc', 3: 'def', 4: 'ghi', 5: 'jkl', 6: 'mno', 7: 'pqrs', 8: 'tuv', 9: 'wxyz' }).flatMap(
    ([key, letters]) => [[key, key] as const, ...[...letters].map((letter) => [letter, key] as const)],
  ),
)
/** Letters that no decomposition of Unicode makes one of a to z. */
const SPELLED: Readonly<Record<string, string>> = { ß: 'ss', ı: 'i', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd' }

/** The keys of what is written, or null: something in it stands on no key. */
export function keysOfWord(written: string): string | null {
  const letters = written
    .toLowerCase()
    .replace(/[ßıøæœłđ]/g, (letter) => SPELLED[letter] ?? letter)
    .normalize('NFKD')
    .replace(/[\p{M}\p{Zs}]/gu, '')
  const keys = [...letters].map((letter) => (letter === '0' || letter === '1' ? letter : KEYS[letter]))
  return keys.includes(undefined) ? null : keys.join('')
}

/** What is written of a secret of this kind, as it is keyed. What cannot be keyed stays as it is, and is none by its form. */
export function asKeyed(kind: CredentialKind, written: string): Secret {
  const isWord = 'letters' in credentials[kind].usualEntry
  return new Secret((isWord ? keysOfWord(written) : null) ?? written)
}

/** What a customer tells of an accepted kind: digits are as they would be keyed, letters are a word. Null: none has this form, and it is no try. */
export function asTold(brand: Accepting, written: string): { kind: CredentialKind; digits: Secret } | null {
  for (const kind of brand.credentials) {
    const digits = asKeyed(kind, written)
    if (digits.isNumeric && hasLength(entryOf(brand, kind), digits.length)) return { kind, digits }
  }
  return null
}
