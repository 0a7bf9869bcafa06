import { PROOF } from '../invariants/invariant.ts'
import {
  alarm,
  BLACK,
  broken,
  cell,
  column,
  escaped,
  font,
  INK,
  LEFT_BREAK,
  LOCK,
  RED,
  sample,
  tableRow,
  tag,
} from './html.ts'

/** Characters in a line below the title. */
const WIDTH = 120

/** Title and legend. `message` is what is wrong with the call that is drawn in. */
export function heading(title: string, about: string, message: string | null): string {
  const say = (text: string): string => cell(font(INK, escaped(`${text}   `)))
  const dashed = cell(font(INK, 'dashed'), `border="1" style="rounded,dashed" color="${INK}" cellpadding="1"`)
  return column([
    tableRow([cell(font(BLACK, `<b>${escaped(title)}</b>`, 20)), cell(font(INK, escaped(` ${about}`), 12))]),
    tableRow([
      cell(font(INK, 'The least that callers have proved when they come to a step:&#160;')),
      ...([0, 1, 2] as const).flatMap((level) => [sample(level), say(` ${PROOF[level]}`)]),
    ]),
    tableRow([
      cell(font(BLACK, LOCK)),
      say('double border: hands off only callers who proved that much'),
      dashed,
      say(' no call comes here'),
      cell(font(INK, 'exit →')),
      tag('step', INK),
      say(' leads to a step in the frame'),
    ]),
    ...(message === null ? [] : caption(message)),
  ])
}

function caption(message: string): string[] {
  const lines = broken(message, WIDTH).map((line) => font(RED, escaped(line), 12) + LEFT_BREAK)
  return [
    tableRow([
      alarm('1'),
      cell(font(RED, '<b>&#160;The shortest call that breaks a rule, by the exits that it takes:</b>', 12)),
    ]),
    tableRow([cell(lines.join(''))]),
  ]
}
