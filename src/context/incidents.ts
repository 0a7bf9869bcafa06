/** Incidents opened and closed: what every door does with what was sent to it. */
import { z } from 'zod'
import type { Brand } from '../flow/brand.ts'
import type { FaultCode } from '../flow/fault.ts'
import type { IncidentBook } from '../seams/incidents.ts'
import { incident } from './call-context.ts'

const incidentOrder = z.strictObject({ brand: z.string(), ...incident.shape })
/** Which incident. */
export const incidentPlace = z.strictObject({ brand: z.string(), name: incident.shape.name })

/** Customer numbers of one request, so that all of them are marked or none; of any size is the file of `rufpass incident mark`. */
export const MOST_MARKED = 100_000
/** Who was touched by it. */
export const incidentMark = z.strictObject({
  ...incidentPlace.shape,
  customer_numbers: z
    .array(z.string().trim().min(1).max(32, 'a customer number has at most 32 letters'))
    .min(1, 'name at least one customer number')
    .max(MOST_MARKED, `name at most ${MOST_MARKED} customer numbers; for more there is: rufpass incident mark`),
  skip_unknown: z.boolean().default(false),
})

const DAY_MS = 86_400_000

export interface IncidentParts {
  incidents: Pick<IncidentBook, 'open' | 'list'>
  /** Each with the codes of its languages. */
  brands: ReadonlyMap<string, readonly string[]>
}

/** The codes of the languages of each brand. */
export function languagesOf(brands: readonly Pick<Brand, 'name' | 'languages'>[]): Map<string, string[]> {
  return new Map(brands.map(({ name, languages }) => [name, languages.map(({ code }) => code)]))
}

/** One thing that is wrong: the field (`texts.de`), and what is said of it; without a field, a whole sentence. */
export interface IncidentFault {
  code: FaultCode
  field: string | null
  fault: string
}

/** Opens an incident; nothing is changed where there are faults. */
export async function openIncident(
  { incidents, brands }: IncidentParts,
  { sent, actor, now }: { sent: unknown; actor: string; now: Date },
): Promise<{ brand: string; name: string } | { faults: IncidentFault[] }> {
  const read = incidentOrder.safeParse(sent)
  const faults = (read.error?.issues ?? []).map(
    ({ path, message }): IncidentFault => ({
      code: 'form',
      field: path.join('.') || null,
      fault: `${message}.`,
    }),
  )
  const given = partsOf(sent)
  const languages = brands.get(given.brand)
  if (!languages)
    faults.push({
      code: 'no_brand',
      field: null,
      fault: `There is no brand '${given.brand}'; name one of: ${[...brands.keys()].join(', ')}.`,
    })
  for (const code of languages ?? [])
    if (!given.languages.includes(code))
      faults.push({
        code: 'text_missing',
        field: `texts.${code}`,
        fault: `is missing; callers of '${given.brand}' ask in it too.`,
      })
  // A day begins in Germany before it does in UTC.
  if (Date.parse(given.day) > now.getTime() + DAY_MS)
    faults.push({ code: 'in_future', field: 'day', fault: 'it lies in the future.' })
  if (!read.success || faults.length > 0) return { faults }
  const { brand, name } = read.data
  if (await incidents.open(read.data, actor, now)) return { brand, name }
  const fault = `'${brand}' has had an incident '${name}', and a name is never given twice. Choose another.`
  return { faults: [{ code: 'name_taken', field: null, fault }] }
}

/** What can be told of an order that may not have its form. */
function partsOf(sent: unknown): { brand: string; day: string; languages: string[] } {
  const { brand, day, texts } = Object(sent) as Record<string, unknown>
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return { brand: text(brand), day: text(day), languages: Object.keys(Object(texts)) }
}
