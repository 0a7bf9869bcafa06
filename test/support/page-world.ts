/** What the telephone page shows in tests: the demo's hotlines and customers, and a few phones. */
import { readFile } from 'node:fs/promises'
import { ago, SECOND, sid } from './page-desk.ts'

export const pageHotlines = [
  { brand: 'rheinnetz', name: 'Rheinnetz', number: '+492214710100' },
  { brand: 'sternmobil', name: 'Sternmobil', number: '+494066969200' },
]

export const pageCustomers = [
  {
    brand: 'rheinnetz',
    name: 'Hanna Reuter',
    customerNumber: '407182632',
    phone: '+492214710011',
    pin: '4826',
    shows: 'verified',
  },
  {
    brand: 'rheinnetz',
    name: 'Deniz Aksoy',
    customerNumber: '730519286',
    phone: '+492214710014',
    pin: null,
    shows: 'no_pin',
  },
  {
    brand: 'sternmobil',
    name: 'Tom Albers',
    customerNumber: '20593847',
    phone: '+491713920001',
    pin: '8530',
    shows: 'verified',
  },
]

const line = (kind: string, text: string, seconds: number, language = 'de') => ({
  at: ago(seconds * SECOND),
  kind,
  text,
  language,
})

export function pagePhone(other: Record<string, unknown> = {}): Record<string, unknown> & { id: string } {
  return {
    id: 'ph-1',
    kind: 'caller',
    direction: 'out',
    callSid: sid(1),
    number: '+492214710011',
    with: '+492214710100',
    state: 'talking',
    brand: 'rheinnetz',
    startedAt: ago(30 * SECOND),
    listening: { numDigits: 4 },
    step: 'pin',
    inCheck: false,
    asks: { for: 'secret', hash: false },
    lines: [
      { ...line('note', 'rheinnetz.bill', 30), note: 'queued' },
      line('said', 'Willkommen bei Rheinnetz. Worum geht es? Rechnung und Vertrag: 1. Störung: 2.', 28),
      line('keyed', '•', 20),
      line('said', 'Bitte geben Sie Ihre vierstellige Telefon-PIN ein.', 8),
    ],
    ...other,
  }
}

export const agentPhone = (state: 'ringing' | 'in_room') =>
  pagePhone({
    id: 'ph-2',
    kind: 'agent',
    direction: 'in',
    callSid: sid(9),
    number: 'client:anna',
    with: '+492214710100',
    state,
    listening: null,
    step: null,
    asks: null,
    lines:
      state === 'ringing'
        ? []
        : [line('said', 'Rechnung, verifiziert.', 5), line('heard', 'Guten Tag, hier Reuter.', 2)],
  })

/** The shipped picture, with every step's group named as the stand-in names it. */
export async function pageFlow(): Promise<string> {
  const svg = await readFile('flows/hotline.svg', 'utf8')
  return svg.replace(
    /<g id="(node\d+)" class="node">\s*<title>([a-z0-9_]+)<\/title>/g,
    '<g id="$1" class="node" data-step="$2"><title>$2</title>',
  )
}
