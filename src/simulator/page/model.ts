/** What the stand-in tells the telephone page. */
export type Note =
  | 'music'
  | 'keys_lost'
  | 'queued'
  | 'connected'
  | 'entered_room'
  | 'left_room'
  | 'held'
  | 'resumed'
  | 'you_said'
  | 'next_fault'
  | 'no_fault'
  | 'fault'
  | 'answers_differ'
  | 'fallback'
  | 'warning'
  | 'you_hung_up'
  | 'hotline_hung_up'
  | 'other_hung_up'
  | 'broke_off'

export interface HeardLine {
  at: string
  /** `said` by the hotline, `heard` from another person in the room, `keyed` as dots, `note` about the call. */
  kind: 'said' | 'heard' | 'keyed' | 'note'
  language?: string
  /** What happened; `text` is what it happened with. */
  note?: Note
  text: string
}

export const faults = ['twice', 'dropped', 'late', 'lost'] as const
export type Fault = (typeof faults)[number]

export interface Phone {
  id: string
  kind: 'caller' | 'agent'
  direction: 'out' | 'in'
  callSid: string
  /** Null: withheld. `client:anna` for an agent's. */
  number: string | null
  with: string
  state: 'dialling' | 'ringing' | 'talking' | 'waiting' | 'on_hold' | 'in_room' | 'ended'
  brand: string | null
  startedAt: string
  /** The hotline waits for keys. */
  listening: { numDigits: number | null } | null
  /** Of the brand's own flow. */
  step: string | null
  /** In the PIN check; `step` is where the call came from. */
  inCheck: boolean
  lines: HeardLine[]
}

export interface Customer {
  brand: string
  name: string
  customerNumber: string
  phone: string | null
  pin: string | null
}

export interface PhoneBook {
  hotlines: { brand: string; name: string; number: string }[]
  customers: Customer[]
  clients: string[]
}
