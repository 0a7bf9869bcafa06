/** Names out of flow and brand files, as people read them. What has no translation is shown as the file has it. */
import { useLanguage, type Words } from './language.ts'

const names: Words<Record<string, string>> = {
  de: {
    general: 'Allgemein',
    bill: 'Rechnung',
    outage: 'Störung',
    join: 'Neukunde',
    takeover: 'Vertrag umschreiben',
    tariff: 'Tarif',
    sim_lost: 'SIM verloren',
    credit: 'Guthaben',
    order: 'Bestellung',
    general_advice: 'Allgemein beraten',
    report_outage: 'Störung aufnehmen',
    take_order: 'Bestellung aufnehmen',
    read_ticket: 'Ticket vorlesen',
    add_to_ticket: 'Ticket ergänzen',
    read_bill: 'Rechnung besprechen',
    read_contract: 'Vertrag besprechen',
    read_order: 'Bestellung besprechen',
    change_tariff: 'Tarif ändern',
    change_address: 'Adresse ändern',
    report_lost_sim: 'SIM-Verlust aufnehmen',
    sim_swap: 'SIM tauschen',
    bank_data: 'Bankdaten ändern',
    pin_change: 'PIN ändern',
    de: 'Deutsch',
    en: 'Englisch',
    phone: 'Telefon',
    email: 'E-Mail',
    mobile: 'Mobil',
    pin: 'PIN',
    puk: 'PUK',
  },
  en: {
    general: 'General',
    bill: 'Bill',
    outage: 'Outage',
    join: 'New customer',
    takeover: 'Contract transfer',
    tariff: 'Tariff',
    sim_lost: 'Lost SIM',
    credit: 'Credit',
    order: 'Order',
    general_advice: 'General advice',
    report_outage: 'Report an outage',
    take_order: 'Take an order',
    read_ticket: 'Read out the ticket',
    add_to_ticket: 'Add to the ticket',
    read_bill: 'Discuss the bill',
    read_contract: 'Discuss the contract',
    read_order: 'Discuss the order',
    change_tariff: 'Change the tariff',
    change_address: 'Change the address',
    report_lost_sim: 'Report a lost SIM',
    sim_swap: 'Swap the SIM',
    bank_data: 'Change bank data',
    pin_change: 'Change the PIN',
    de: 'German',
    en: 'English',
    phone: 'Phone',
    email: 'E-mail',
    mobile: 'Mobile',
    pin: 'PIN',
    puk: 'PUK',
  },
}

/** Gives a word's name in the page's language. */
export function useNames(): (word: string) => string {
  const table = names[useLanguage()]
  return (word) => (Object.hasOwn(table, word) ? (table[word] ?? word) : capital(word))
}

/** `rheinnetz` → Rheinnetz. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).replaceAll('_', ' ')
}
