/** The pieces of Graphviz's HTML-like labels: https://graphviz.org/doc/info/shapes.html#html */
import type { Level } from '../../auth/assurance.ts'

/**
 * More proof is darker, so that levels stay apart in grey and for eyes that see no red or green. `soft` is for all but
 * names. Every text has a contrast of 4.5 to 1 or more.
 */
const looks = [
  { fill: '#f3f4f6', line: '#6b7280', text: '#111827', soft: '#4b5563' },
  { fill: '#cfe3f7', line: '#1f5fa8', text: '#0b2545', soft: '#274c77' },
  { fill: '#0f6b4f', line: '#0a4a37', text: '#ffffff', soft: '#d1fae5' },
] as const
const unreachedLook = { fill: '#ffffff', line: '#6b7280', text: '#111827', soft: '#4b5563' } as const

export const BLACK = '#111827'
export const INK = '#374151'
export const RED = '#c8102e'
const WHITE = '#ffffff'
/** Becomes a drawing in the SVG, because few fonts have it. */
export const LOCK = '\u{1f512}'
/** Ends a line of text that begins at the left. */
export const LEFT_BREAK = '<br align="left"/>'

/** Pixels on the screen; smaller ones cannot be read. */
const SMALL = 11

/** The colours of a step by the least that callers have proved there; undefined where none comes. */
export function lookOf(level: Level | undefined): (typeof looks)[number] | typeof unreachedLook {
  return level === undefined ? unreachedLook : looks[level]
}

export function badge(level: Level | undefined): string {
  const border = `border="1" style="rounded" bgcolor="${WHITE}" color="${lookOf(level).line}" width="18"`
  return cell(font(BLACK, `<b>${level ?? '–'}</b>`), `${border} cellpadding="1"`)
}

/** The colour of a level, for the legend. */
export function sample(level: Level): string {
  const { fill, line, text } = lookOf(level)
  const border = `border="1" style="rounded" bgcolor="${fill}" color="${line}" width="30"`
  return cell(font(text, `<b>${level}</b>`), `${border} cellpadding="1"`)
}

/** A step that is named in place of a line to it. */
export function tag(step: string, color: string): string {
  const border = `border="1" style="rounded" bgcolor="${WHITE}" color="${color}"`
  return cell(font(BLACK, escaped(step)), `${border} cellpadding="1"`)
}

/** White on red. */
export function alarm(text: string): string {
  return cell(font(WHITE, `<b>${escaped(text)}</b>`), `bgcolor="${RED}" style="rounded"`)
}

export function font(color: string, html: string, size = SMALL): string {
  return `<font color="${color}" point-size="${size}">${html}</font>`
}

export function cell(html: string, attributes = ''): string {
  return `<td ${attributes}>${html}</td>`
}

/** Cells side by side. The last one spans many columns, and so takes the room that is left over. */
export function tableRow(cells: readonly string[]): string {
  const rest = '<td colspan="99"></td>'
  return `<table border="0" cellborder="0" cellspacing="0" cellpadding="2"><tr>${cells.join('')}${rest}</tr></table>`
}

/** Rows below each other. */
export function column(rows: readonly string[]): string {
  const each = rows.map((html) => `<tr><td align="left">${html}</td></tr>`)
  return `<table border="0" cellborder="0" cellspacing="0" cellpadding="0">${each.join('')}</table>`
}

/** Text in a label. Graphviz would put names in place of a backslash and a letter. */
export function escaped(text: string): string {
  return escapedXml(text.replaceAll('\\', '\\\\'))
}

/** Text as XML. Characters that it cannot hold are left out; spaces stay where they are. */
export function escapedXml(text: string): string {
  return [...text]
    .filter((character) => !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(character))
    .join('')
    .replace(/^ +| {2,}/g, (spaces) => '\u00a0'.repeat(spaces.length))
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Lines of at most `width` characters, broken at spaces. */
export function broken(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + word.length < width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}
