/** The demo customers for people at a terminal, grouped by what a call of theirs shows. */
import type { DemoCustomer, DemoShows } from '../store/demo-cast.ts'

const titles: Record<DemoShows, string> = {
  verified: 'Verified with the PIN',
  no_pin: 'No PIN yet',
  locked: 'Locked: only a new PIN helps',
  number_changed: 'Phone number changed hands',
  two_sims: 'Two SIM cards',
  incident: 'Touched by an incident',
  ticket: 'Open ticket',
}

const row = (brand: string, number: string, phone: string, pin: string, name: string): string =>
  `    ${brand.padEnd(12)} ${number.padEnd(16)} ${phone.padEnd(15)} ${pin.padEnd(6)} ${name}`

/** Lines, with a heading for each group. Customers are in the order of their groups. */
export function demoRows(customers: readonly DemoCustomer[]): string[] {
  const lines = [row('brand', 'customer number', 'phone', 'PIN', 'name')]
  let group: DemoShows | null = null
  for (const { brand, customerNumber, phone, pin, name, shows } of customers) {
    if (shows !== group) lines.push(`  ${titles[shows]}`)
    group = shows
    lines.push(row(brand, customerNumber, phone, pin ?? '-', name))
  }
  return lines
}

/** The first of each group. */
export function oneOfEach(customers: readonly DemoCustomer[]): DemoCustomer[] {
  return customers.filter(({ shows }, index) => customers.findIndex((other) => other.shows === shows) === index)
}
