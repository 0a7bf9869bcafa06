/** One customer as the API takes and answers them: the columns of a customer file, lists as lists. */
import { z } from 'zod'
import { credentials, kindsOf } from '../auth/credentials.ts'

/** | is what stands between the entries of a list in a file. */
const cell = z
  .string()
  .max(300, 'it has at most 300 letters')
  .regex(/^[^|]*$/, 'it has no |')
const list = z.array(cell).max(100, 'it has at most 100 entries')

/** As documented. What a server takes is made of what its import has (`customerColumns`); a test compares the two. */
export const documentedColumns: Readonly<Record<string, boolean>> = {
  name: false,
  birth_date: false,
  language: false,
  ...Object.fromEntries(kindsOf('account').map((kind) => [credentials[kind].column, false])),
  contract_numbers: true,
  products: true,
  phone_numbers: true,
  phone_contracts: true,
  sim_numbers: true,
  phone_sims: true,
  ...Object.fromEntries(kindsOf('sim').map((kind) => [credentials[kind].column, true])),
  email: false,
  mobile: false,
  address_since: false,
  reference: false,
}

/** A column that is missing says nothing, and null or an empty one takes away what is stored. `columns`: lists with `true`. */
export function customerColumns(columns: Readonly<Record<string, boolean>> = documentedColumns) {
  const optional = Object.entries(columns).map(([column, isList]) => [
    column,
    (isList ? list : cell).nullable().optional(),
  ])
  return z.strictObject({ ...Object.fromEntries(optional), name: cell, language: cell } as Record<
    string,
    z.ZodType<string | string[] | null | undefined>
  >)
}

/** As they stand in a line of a file. */
export function cellsOf(sent: Readonly<Record<string, string | string[] | null | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sent).flatMap(([column, given]) =>
      given === undefined ? [] : [[column, Array.isArray(given) ? given.join('|') : (given ?? '')]],
    ),
  )
}

export const customerPut = z.strictObject({
  is: z.enum(['new', 'changed', 'same']),
  kept: z
    .array(z.string())
    .meta({ description: 'Columns that said nothing, and secrets that exist already: what is stored there stays.' }),
  disputed: z.string().nullable().meta({
    description: 'A kind of number that another customer of the brand claims, too: it identifies neither.',
  }),
})
