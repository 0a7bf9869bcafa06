/** `rufpass keys status`: what still needs each key, and what to do next. The judgement is pure. */
import type { KeysNeeded, PinKeyNeed } from '../store/keys-needed.ts'
import { counted } from './counted.ts'

/**
 * `current`: new PINs are made under it. `needed`: it stays in PIN_KEYS. `former_only`: only former PINs need it, which may be forgotten.
 * `removable`: nothing needs it. `missing`: something needs it, and PIN_KEYS does not have it.
 */
export type PinKeyState = 'current' | 'needed' | 'former_only' | 'removable' | 'missing'

export interface PinKeyStatus extends PinKeyNeed {
  kid: string
  state: PinKeyState
  mayBeRemoved: boolean
}

export interface KeysStatus {
  pinKeys: PinKeyStatus[]
  /** What `rufpass keys rotate` has to do. */
  toRotate: number
  subjectKey: KeysNeeded['subjectKey'] & { mayBeRemoved: false }
  printers: KeysNeeded['printers']
  lookUp: { recipient: string; count: number; isCurrent: boolean }[] | null
  /** What to do next, in order, for people. */
  next: string[]
}

const NOTHING: PinKeyNeed = { inForce: 0, cleared: 0, posted: 0, former: 0 }

export function statusOf(
  needed: KeysNeeded,
  { kids, toRotate, recipient }: { kids: readonly string[]; toRotate: number; recipient: string | null },
): KeysStatus {
  const [current] = kids
  const missing = [...needed.pinKeys.keys()].filter((kid) => !kids.includes(kid)).sort()
  const pinKeys = [...kids, ...missing].map((kid) => {
    const need = needed.pinKeys.get(kid) ?? NOTHING
    const state = kid === current ? 'current' : missing.includes(kid) ? 'missing' : stateOf(need)
    return { kid, state, mayBeRemoved: state === 'removable', ...need } satisfies PinKeyStatus
  })
  return {
    pinKeys,
    toRotate,
    subjectKey: { ...needed.subjectKey, mayBeRemoved: false },
    printers: needed.printers,
    lookUp: needed.copies?.map((each) => ({ ...each, isCurrent: each.recipient === recipient })) ?? null,
    next: nextOf(pinKeys, toRotate),
  }
}

function stateOf({ inForce, cleared, posted, former }: PinKeyNeed): PinKeyState {
  if (inForce + cleared + posted > 0) return 'needed'
  return former > 0 ? 'former_only' : 'removable'
}

function nextOf(keys: readonly PinKeyStatus[], toRotate: number): string[] {
  const named = (state: PinKeyState): string[] => keys.filter((key) => key.state === state).map(({ kid }) => kid)
  const missing = named('missing')
  if (missing.length > 0)
    return [`Add to PIN_KEYS, after the current key, from the backup: ${missing.join(', ')}. No server starts without.`]
  const old = keys.filter(({ state }) => state === 'needed')
  return [
    ...(toRotate > 0
      ? [
          `Restart every server with these PIN_KEYS, then run: rufpass keys rotate (${toRotate.toLocaleString('en')} to do).`,
        ]
      : old.map(({ kid }) => waiting(kid))),
    ...named('former_only').map(
      (kid) => `Only former PINs need ${kid}. Run: rufpass keys retire ${kid}. They could be set again from then on.`,
    ),
    ...named('removable').map(
      (kid) =>
        `Nothing needs ${kid}: take it out of PIN_KEYS of every server and command, keep it as long as your backups, and restart.`,
    ),
  ]
}

function waiting(kid: string): string {
  return (
    `${kid} goes from each PIN when that is keyed the next time, and must stay until then. For those who do not call: ` +
    `rufpass keys status --needing ${kid} --brand NAME lists their customer numbers, for new PINs by post (rufpass pins issue --again --file FILE) or an import with --replace-pins.`
  )
}

export function textOf({ pinKeys, subjectKey, printers, lookUp, next }: KeysStatus): string {
  const lines = [
    'PIN_KEYS',
    ...pinKeys.map((key) => `  ${key.kid}  ${wordsOf(key)}`),
    'SUBJECT_KEY',
    `  stays: ${counted(subjectKey.unknownNumbers, 'number')} that nobody has with tries of the last day, ${counted(subjectKey.callCodes, 'call code')}, limits by line and of the sign-in, and every call that is on.`,
    ...(printers.length > 0
      ? [
          'Printers',
          ...printers.map(
            ({ recipient, count }) =>
              `  ${recipient}  ${counted(count, 'letter')} not handed over yet: its private key stays.`,
          ),
        ]
      : []),
    ...lookUpLines(lookUp),
    ...(next.length > 0 ? ['Next', ...next.map((step) => `  ${step}`)] : []),
  ]
  return `${lines.join('\n')}\n`
}

function lookUpLines(lookUp: KeysStatus['lookUp']): string[] {
  if (lookUp === null) return ['LOOKUP_IDENTITY', '  not to be seen with this role of the database, as it should be.']
  if (lookUp.length === 0) return []
  return [
    'LOOKUP_IDENTITY',
    ...lookUp.map(
      ({ recipient, count, isCurrent }) =>
        `  ${recipient}${isCurrent ? '  current' : ''}  ${counted(count, 'copy', 'copies')}: its private key stays.`,
    ),
  ]
}

const STATES: Record<PinKeyState, string> = {
  current: 'current',
  needed: 'still needed',
  former_only: 'only former PINs',
  removable: 'may be removed',
  missing: 'MISSING',
}

function wordsOf({ state, inForce, cleared, posted, former }: PinKeyStatus): string {
  const counts = [
    counted(inForce, 'PIN or PUK', 'PINs and PUKs'),
    ...(posted > 0 ? [`${posted.toLocaleString('en')} by post`] : []),
    ...(cleared > 0 ? [`${cleared.toLocaleString('en')} worth nothing`] : []),
    ...(former > 0 ? [`${former.toLocaleString('en')} former`] : []),
  ]
  return `${STATES[state].padEnd(16)}  ${counts.join(', ')}`
}
