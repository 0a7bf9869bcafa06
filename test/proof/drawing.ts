/** Pictures as text, for tests to look at. */
import { SaxesParser } from 'saxes'

/** What is written in a label, with a space for everything else. */
export function textOf(label: string): string {
  return label
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_all, code) => String.fromCodePoint(Number(code)))
    .replace(/[ \u00a0]+/g, ' ')
}

export interface Drawing {
  svg: Record<string, string>
  texts: { text: string; size: number }[]
  /** Title of a group, and what is written in it. */
  groups: Map<string, string>
}

/** What is written in an SVG. Throws if it is no XML. */
export function readDrawing(svg: string): Drawing {
  const parser = new SaxesParser()
  const drawing: Drawing = { svg: {}, texts: [], groups: new Map() }
  let title = ''
  let element = ''
  let size = 0
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    element = name
    if (name === 'svg') drawing.svg = attributes
    if (name === 'text') size = Number(attributes['font-size'])
  })
  parser.on('closetag', () => {
    element = ''
  })
  parser.on('text', (text) => {
    if (element === 'title') title = text
    if (element !== 'text') return
    drawing.texts.push({ text, size })
    drawing.groups.set(title, `${drawing.groups.get(title) ?? ''} ${text}`.replace(/[ \u00a0]+/g, ' '))
  })
  parser.write(svg).close()
  return drawing
}
