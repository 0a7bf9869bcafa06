import { checkValueOf, type PinKeys } from '../../auth/verifier.ts'
import { keyFileOf, readKeyFile } from '../../config/key-file.ts'
import { parseKey, parsePinKeys } from '../../config/keys.ts'
import type { KeysInStore } from '../../store/look-into.ts'
import { counted } from '../counted.ts'
import { defineCheck } from './check.ts'
import type { Patient } from './patient.ts'

interface KeysSeen {
  /** The keys of PINs: as they are set, of the key file, or none yet. */
  pin: PinKeys | null
  subject: Buffer | null
  /** The key file that is used where one of them is not set; null: none is needed. */
  file: string | null
  /** Why that file cannot be used, for people; null: it can, or is not there. */
  fault: string | null
  /** Null where the store was not opened, or tells nothing of keys. */
  store: KeysInStore | null
  /** Whether there is a store that PINs may be in; null: what is there cannot be used. */
  isStoreThere: boolean | null
}

export const keys = defineCheck({
  name: 'keys',
  needs: ['PIN_KEYS', 'SUBJECT_KEY', 'DATABASE_URL'],
  remedies: {
    key_file: {
      weight: 'fault',
      remedy: 'Do what it says, then start the server again. Until then nobody can be verified; no PIN is lost.',
    },
    gone: {
      weight: 'fault',
      remedy:
        'Restore the key file from the backup, or set PIN_KEYS and SUBJECT_KEY as they were. Do not make new ones: no PIN in the store could be checked.',
    },
    not_set: {
      weight: 'fault',
      remedy:
        'For a new installation: npx rufpass keys new >> .env, and keep a copy apart from the backup of the database. Where PINs are in the database already take the old keys: new ones fit none of them.',
    },
    lacking: {
      weight: 'fault',
      remedy:
        'Take them from where copies of the keys are kept, and write them behind the current one: PIN_KEYS=current:…,old:…. Do not make new ones: they would not fit.',
    },
    other_bytes: {
      weight: 'fault',
      remedy:
        'Restore the old bytes. For a new key write it first, under a name of its own, and the old one after a comma: PIN_KEYS=new:…,old:….',
    },
    to_come: { weight: 'note', remedy: null },
    unknown: { weight: 'note', remedy: null },
    old: { weight: 'note', remedy: 'They can be taken out of PIN_KEYS. Keep them as long as a backup from before.' },
  },
  look,
  judge({ pin, subject, file, fault, store, isStoreThere }: KeysSeen) {
    if (fault !== null) return [{ code: 'key_file', says: fault }]
    if (pin === null || subject === null) {
      if (file === null && pin === null && store !== null && store.needed.length > 0)
        return [{ code: 'lacking', says: `PIN_KEYS is not set, and stored PINs need: ${store.needed.join(', ')}.` }]
      if (file === null) return [{ code: 'not_set', says: 'PIN_KEYS or SUBJECT_KEY is not set.' }]
      if (isStoreThere === null)
        return [{ code: 'unknown', says: `Neither set nor in ${file}; the store cannot be looked into.` }]
      if (isStoreThere)
        return [{ code: 'gone', says: `The store is there, and its keys are neither set nor in ${file}.` }]
      return [{ code: 'to_come', says: `The first start makes keys, in ${file}.` }]
    }
    const where = file === null ? 'set' : `in ${file}`
    if (store === null)
      return [{ good: `${counted(pin.byId.size, 'key')} of PINs, ${where}; the store was not asked which it needs.` }]
    const lacking = store.needed.filter((kid) => !pin.byId.has(kid))
    const other = [...pin.byId].flatMap(([kid, key]) => {
      const known = store.checkValues.get(kid)
      return known === undefined || known.equals(checkValueOf(key)) ? [] : [kid]
    })
    const old = [...pin.byId.keys()].filter((kid) => kid !== pin.current && !store.needed.includes(kid))
    const wrong = [
      ...(lacking.length > 0
        ? [
            {
              code: 'lacking' as const,
              says: `Stored PINs need keys that PIN_KEYS does not have: ${lacking.join(', ')}.`,
            },
          ]
        : []),
      ...(other.length > 0
        ? [
            {
              code: 'other_bytes' as const,
              says: `Keys have other bytes than the store knows under their names: ${other.join(', ')}.`,
            },
          ]
        : []),
    ]
    if (wrong.length > 0) return wrong
    return [
      { good: `${counted(pin.byId.size, 'key')} of PINs, ${where}, and every stored PIN can be checked.` },
      ...(old.length > 0 ? [{ code: 'old' as const, says: `No PIN needs these any more: ${old.join(', ')}.` }] : []),
    ]
  },
})

async function look({ config, store }: Patient): Promise<KeysSeen> {
  const { pinKeys, subjectKey } = config.keys
  const seen = await store()
  const isStoreThere = seen.kind === 'unusable' ? null : seen.kind === 'open' || seen.kind === 'in_use'
  const inStore = seen.kind === 'open' ? seen.store.keys : null
  const isNeeded = pinKeys === null || subjectKey === null
  const file = isNeeded && config.database.kind === 'directory' ? keyFileOf(config.database.path) : null
  const common = { file, store: inStore, isStoreThere, fault: null }
  if (config.database.kind === 'memory' && isNeeded)
    return { ...common, pin: null, subject: null, file: 'memory, for as long as it runs', isStoreThere: false }
  if (file === null) return { ...common, pin: pinKeys, subject: subjectKey }
  try {
    const kept = readKeyFile(file)
    const of = <T>(name: string, parse: (text: string) => T | null): T | null => {
      const text = kept?.[name]
      return text === undefined ? null : parse(text)
    }
    return {
      ...common,
      pin: pinKeys ?? of('PIN_KEYS', parsePinKeys),
      subject: subjectKey ?? of('SUBJECT_KEY', parseKey),
    }
  } catch (error) {
    // Its sentences are for people, and quote nothing.
    if (!(error instanceof Error) || error.name !== 'KeyFileError') throw error
    return { ...common, pin: null, subject: null, fault: error.message }
  }
}
