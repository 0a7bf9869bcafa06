/** The types of the TwiML table `test/twilio/data/twiml-voice.json`, and whether a value fits one. */

export interface AttributeRow {
  type: string
  required?: boolean
  absolute?: boolean
  emptyAllowed?: boolean
  values?: string[]
  valuesRef?: 'gatherLanguages' | 'sayLanguages'
  separator?: string
  min?: number
  max?: number
  pattern?: string
  minLength?: number
  maxLength?: number
  maxItems?: number
  maxItemLength?: number
  prefixes?: string[]
}

export interface ElementRow {
  tag: string
  kind?: string
  open?: boolean
  children: string[]
  minChildren?: number
  maxChildren?: number
  attributes: Record<string, AttributeRow>
  text: string
  textRequired?: boolean
  textRequiredUnless?: string[]
  textRequiredUnlessChild?: string[]
  textLength?: { min: number; max: number }
  textLimits?: { basic: number; polly: number; google: number; urlEncoded: number }
}

export interface Table {
  document: { root: string; maxBytes: number; inlineMaxChars: number }
  patterns: Record<'sid' | 'phone' | 'sipUri' | 'url' | 'wssUrl', string>
  gatherLanguages: string[]
  sayLanguages: string[]
  contexts: Record<string, { verbs: string[] }>
  elements: Record<string, ElementRow>
}

/** Whether an attribute's value fits its row: type, list of values, range, pattern. */
export function fitsType(value: string, row: AttributeRow, table: Table): boolean {
  const values = row.valuesRef === undefined ? (row.values ?? []) : table[row.valuesRef]
  switch (row.type) {
    case 'url':
      return value === '' ? row.emptyAllowed === true : isUrl(value, table)
    case 'wssUrl':
      return new RegExp(table.patterns.wssUrl).test(value)
    case 'boolean':
      return value === 'true' || value === 'false'
    case 'integer':
      return isInteger(value, row)
    case 'integerOr':
      return values.includes(value) || isInteger(value, row)
    case 'integerList':
      return value.split(row.separator ?? ' ').every((item) => isInteger(item, row))
    case 'enum':
      return values.includes(value)
    case 'enumList': {
      const items = value.split(row.separator ?? ' ')
      return items.every((item) => values.includes(item)) && new Set(items).size === items.length
    }
    case 'csv': {
      const items = value.split(',')
      const most = row.maxItemLength ?? Number.POSITIVE_INFINITY
      return items.length <= (row.maxItems ?? Number.POSITIVE_INFINITY) && items.every((item) => item.length <= most)
    }
    case 'sid':
      return new RegExp(table.patterns.sid.replace('PREFIX', (row.prefixes ?? []).join('|'))).test(value)
    case 'voice':
      return /^(man|woman|alice)$|^(Polly|Google)\.[A-Za-z0-9-]+$/.test(value)
    case 'string':
      return (
        value.length >= (row.minLength ?? 0) &&
        value.length <= (row.maxLength ?? Number.POSITIVE_INFINITY) &&
        (row.pattern === undefined || new RegExp(row.pattern).test(value))
      )
    default:
      throw new Error(`The TwiML table names a type that is not known: ${row.type}.`)
  }
}

/** Whether an element's text, without the white space around it and not empty, is of the kind its row names. */
export function textFits(text: string, kind: string, table: Table): boolean {
  switch (kind) {
    case 'none':
      return false
    case 'url':
      return isUrl(text, table)
    case 'phone':
      return new RegExp(table.patterns.phone).test(text)
    case 'sipUri':
      return new RegExp(table.patterns.sipUri).test(text)
    default:
      return true
  }
}

export function isUrl(text: string, table: Table): boolean {
  return new RegExp(table.patterns.url).test(text)
}

export function isAbsoluteUrl(text: string): boolean {
  return /^https?:\/\//.test(text)
}

function isInteger(
  text: string,
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: AttributeRow,
): boolean {
  return /^[0-9]+$/.test(text) && Number(text) >= min && Number(text) <= max
}
