/** Twenty callers as the desk names them, brand and topic, with what each of them keys. The customers are those of the demo. */
export const numbers = {
  Rheinnetz: '+492214710100',
  Sternmobil: '+494066969200',
  Korbmobil: '+494066969201',
  Kassemobil: '+494066969202',
  Alpenfunk: '+498999998300',
  Fuldanetz: '+493023125400',
}

/** The zero leads to a person, without customer data. */
const PERSON = ['0']
/** Of three languages the first; a brand of two does not ask. */
const GERMAN = '1'

export const arrivals: [who: string, keys: string[]][] = [
  ['Rheinnetz Bill', ['1', '407182632#', '4826']],
  ['Rheinnetz Outage', ['2']],
  ['Rheinnetz New customer', ['3']],
  ['Rheinnetz General', PERSON],
  ['Sternmobil Bill', ['1', '20481736#', '6917']],
  ['Sternmobil Lost SIM', ['2']],
  // Settled in writing; they want a person all the same.
  ['Sternmobil Contract transfer', ['3', '20593847#', '8530', '0']],
  ['Sternmobil General', PERSON],
  // Their open ticket is from May.
  ['Fuldanetz Bill', ['1', '418260538#', '5739']],
  ['Fuldanetz Outage', ['2', '305719467#']],
  ['Fuldanetz New customer', ['3']],
  ['Fuldanetz General', PERSON],
  ['Kassemobil Tariff', [GERMAN, '1', '42058371#', '3719']],
  ['Kassemobil Lost SIM', [GERMAN, '2']],
  ['Kassemobil General', [GERMAN, ...PERSON]],
  ['Korbmobil Credit', ['1', '31046285#', '2794']],
  ['Korbmobil Order', ['2', '31157396#']],
  ['Korbmobil General', PERSON],
  ['Alpenfunk Lost SIM', ['2']],
  ['Alpenfunk General', PERSON],
]
