/** What is wrong with a file that is no YAML, in words for people who do not know its grammar, and a picture of the place. */
import { type Document, visit, type YAMLError } from 'yaml'

/** What authors do wrong most, by the parser's code. Everything else is told in the parser's words. */
const causes: Partial<Record<YAMLError['code'], (message: string) => string>> = {
  TAB_AS_INDENT: () => 'a tab stands here, and YAML is indented by spaces alone; write spaces',
  BAD_INDENT: (message) => {
    const [, bracket] = /end with a ([\]}])/.exec(message) ?? []
    return bracket === undefined
      ? 'this line begins at another column than those that it belongs to; correct its spaces'
      : `a bracket that was opened above is still open here; write the ${bracket} that closes it`
  },
  BLOCK_AS_IMPLICIT_KEY: () =>
    'a second colon in one line makes this a field within a field; put the text in quotes, or write the field in a line of its own',
  MULTILINE_IMPLICIT_KEY: () =>
    'this is read as the name of a field, and no colon follows it; write the colon, or put a text in quotes',
  BAD_SCALAR_START: () => 'no text begins with this character unless it is in quotes; put it in quotes',
  BAD_DQ_ESCAPE: () => 'a backslash means something in double quotes, and this is nothing; write single quotes',
  DUPLICATE_KEY: () => 'this field is there already, and every field is unique; remove one of the two',
  MULTIPLE_DOCS: () => 'a second document begins here; remove the line, and what is left of another file',
}

/** Where (offset into the text) a document is no YAML, and what to do: one thing, or every field that is there twice. */
export function errorsOf({ errors }: Document.Parsed): { offset: number; message: string }[] {
  // What the parser says after the first thing that it did not understand comes of that.
  const [first] = errors.filter(({ code }) => code !== 'DUPLICATE_KEY')
  return (first ? [first] : errors).map(({ code, message, pos }) => ({
    offset: pos[0],
    message: causes[code]?.(message) ?? `${message.charAt(0).toLowerCase()}${message.slice(1)}; correct the YAML here`,
  }))
}

/** What the parser's refusal to expand a document means, if it is an alias whose anchor is nowhere above it. */
export function unknownAlias(document: Document.Parsed, refusal: unknown): { offset: number; message: string } | null {
  const [, name] = /^Unresolved alias .*: (.+)$/.exec(refusal instanceof Error ? refusal.message : '') ?? []
  if (name === undefined) return null
  let offset = 0
  visit(document, {
    Alias(_key, { source, range }) {
      if (source !== name) return
      offset = range?.[0] ?? 0
      return visit.BREAK
    },
  })
  const message = `there is no anchor '&${name}' above; correct the name, or put a text that begins with a star in quotes`
  return { offset, message }
}

/** Characters of a line that are shown, at most. */
const WIDTH = 100

/** A line of the text (both from 1) and under it a mark at the column. Nothing in it moves the cursor of a terminal. */
export function excerptOf(text: string, line: number, column: number): string {
  const whole = text.split(/\r?\n/)[line - 1] ?? ''
  const from = Math.max(0, column - 1 - Math.floor(WIDTH / 2))
  const shown = whole.slice(from, from + WIDTH).replace(/[\s\p{Cc}\p{Cf}\p{Cs}]/gu, ' ')
  return `  ${shown.trimEnd()}\n  ${' '.repeat(column - 1 - from)}^`
}
