/** The customers and agents of the demo as its files have them, for everything that prints, shows or stores them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { packageRoot } from '../config/package-root.ts'
import type { Agent } from '../seams/agents.ts'
import type { Column } from './import/columns.ts'

/** What a call of a demo customer shows, in the order in which they are offered. */
export const demoShows = ['verified', 'no_pin', 'locked', 'number_changed', 'two_sims', 'incident', 'ticket'] as const
export type DemoShows = (typeof demoShows)[number]

/** What somebody who tries a hotline needs to know. */
export interface DemoCustomer {
  brand: string
  name: string
  customerNumber: string
  /** E.164: the first of those that the customer has or had. */
  phone: string
  /** Null: this customer has none. */
  pin: string | null
  shows: DemoShows
}

export type TicketColumn = 'brand' | 'number' | 'customer_number' | 'topic' | 'reported_at' | 'open'

/** Every other column is a language. */
export type IncidentColumn = 'brand' | 'name' | 'day' | 'customer_numbers'

export type LockColumn = 'brand' | 'customer_number'

/** All of the file, each under the oddest thing that a call of theirs shows, in the order of `demoShows`. */
export function demoCustomers(): DemoCustomer[] {
  const keyOf = (brand: string, number: string): string => `${brand}/${number}`
  const keys = (rows: { brand: string; customer_number: string }[]): Set<string> =>
    new Set(rows.map((row) => keyOf(row.brand, row.customer_number)))
  const locked = keys(readDemo<LockColumn>('locks.csv'))
  const reported = keys(readDemo<TicketColumn>('tickets.csv').filter(({ open }) => open === 'yes'))
  const touched = new Set(
    readDemo<IncidentColumn>('incidents.csv').flatMap(({ brand, customer_numbers }) =>
      customer_numbers.split('|').map((number) => keyOf(brand, number)),
    ),
  )
  const shows = (row: Record<Column, string>): DemoShows => {
    const key = keyOf(row.brand, row.customer_number)
    if (locked.has(key)) return 'locked'
    // A day behind a number says since when, or until when, it was the customer's.
    if (row.phone_numbers.includes('@')) return 'number_changed'
    if (row.sim_numbers.includes('|')) return 'two_sims'
    if (touched.has(key)) return 'incident'
    if (reported.has(key)) return 'ticket'
    return row.pin === '' ? 'no_pin' : 'verified'
  }
  const customers = readDemo<Column>('customers.csv').map((row) => ({
    brand: row.brand,
    name: row.name,
    customerNumber: row.customer_number,
    phone: row.phone_numbers.split(/[|@]/)[0] ?? '',
    pin: row.pin === '' ? null : row.pin,
    shows: shows(row),
  }))
  return demoShows.flatMap((group) => customers.filter((customer) => customer.shows === group))
}

/** A demo agent with a password: that of the file, which everybody may know, or one made for a store. */
export interface DemoAgent extends Pick<Agent, 'name' | 'displayName' | 'role' | 'phone'> {
  password: string
}

export type AgentColumn = 'name' | 'display_name' | 'role' | 'brands' | 'topics' | 'languages' | 'phone' | 'password'

/** All of the file. */
export function demoAgents(): DemoAgent[] {
  return readDemo<AgentColumn>('agents.csv').map(({ name, display_name: displayName, role, phone, password }) => ({
    name,
    displayName,
    role: role === 'supervisor' ? 'supervisor' : 'agent',
    phone,
    password,
  }))
}

export function readDemo<Name extends string>(name: string): Record<Name, string>[] {
  return parse(readFileSync(demoFile(name)), { columns: true })
}

/** Absolute. */
export function demoFile(name: string): string {
  return join(packageRoot(), 'flows', 'demo', name)
}
