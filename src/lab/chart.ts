/** Lines and points on logarithmic axes as one SVG file, readable on a light page and on a dark one. PURE. */

export interface Curve {
  label: string
  points: readonly (readonly [x: number, y: number])[]
  /** What was played, beside a line that was reckoned. */
  dots?: readonly (readonly [x: number, y: number])[]
}

export interface Chart {
  title: string
  x: Axis
  y: Axis
  lines: readonly Curve[]
  /** Vertical lines with words. */
  marks?: readonly { at: number; label: string }[]
}

export interface Axis {
  label: string
  from: number
  to: number
}

const [WIDTH, HEIGHT] = [860, 440]
const BOX = { left: 70, right: 610, top: 50, bottom: 385 }
/** Okabe and Ito's colours, which those who see few colours tell apart. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7f7f7f']
const LABEL_HEIGHT = 17

export function svgOf({ title, x, y, lines, marks = [] }: Chart): string {
  const across = (value: number): number => BOX.left + along(x, value) * (BOX.right - BOX.left)
  const up = (value: number): number => BOX.bottom - along(y, value) * (BOX.bottom - BOX.top)
  const places = spread(lines.map(({ points }) => up(points.at(-1)?.[1] ?? y.from)))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    '<style>svg { color: #1f2328 } .back { fill: #fff } @media (prefers-color-scheme: dark) { svg { color: #e6edf3 } .back { fill: #0d1117 } }</style>',
    `<title>${escaped(title)}</title>`,
    `<rect class="back" width="${WIDTH}" height="${HEIGHT}"/>`,
    text(BOX.left, 24, title, 'font-size="15" font-weight="bold"'),
    ...decades(x).flatMap((at) => [
      rule(across(at), BOX.top, across(at), BOX.bottom),
      text(across(at), BOX.bottom + 18, written(at), 'text-anchor="middle"'),
    ]),
    ...decades(y).flatMap((at) => [
      rule(BOX.left, up(at), BOX.right, up(at)),
      text(BOX.left - 8, up(at) + 4, written(at), 'text-anchor="end"'),
    ]),
    text((BOX.left + BOX.right) / 2, BOX.bottom + 40, x.label, 'text-anchor="middle"'),
    text(0, 0, y.label, `text-anchor="middle" transform="translate(18 ${(BOX.top + BOX.bottom) / 2}) rotate(-90)"`),
    ...marks.flatMap(({ at, label }) => [
      `<path d="M${place(across(at))} ${BOX.top}V${BOX.bottom}" stroke="currentColor" stroke-dasharray="3 4"/>`,
      text(across(at) + 4, BOX.top + 12, label),
    ]),
    ...lines.flatMap(({ label, points, dots = [] }, index) => {
      const colour = COLOURS[index % COLOURS.length]
      const path = points.map(([at, value]) => `${place(across(at))} ${place(up(value))}`).join('L')
      return [
        `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...dots.map(
          ([at, value]) => `<circle cx="${place(across(at))}" cy="${place(up(value))}" r="4" fill="${colour}"/>`,
        ),
        `<path d="M${BOX.right + 10} ${place(places[index] ?? 0)}h14" stroke="${colour}" stroke-width="3"/>`,
        text(BOX.right + 30, (places[index] ?? 0) + 4, label),
      ]
    }),
    '</svg>',
    '',
  ].join('\n')
}

/** From 0 to 1 on the axis. What is below it, as nothing is, lies on its end. */
function along({ from, to }: Axis, value: number): number {
  const share = Math.log(Math.max(value, from) / from) / Math.log(to / from)
  return Math.min(1, share)
}

function decades({ from, to }: Axis): number[] {
  const found: number[] = []
  for (let power = Math.ceil(Math.log10(from)); power <= Math.floor(Math.log10(to)); power++) found.push(10 ** power)
  return found
}

/** The heights of labels, none over another, each near its line. */
function spread(wanted: readonly number[]): number[] {
  const order = wanted.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at)
  const places: number[] = []
  let lowest = BOX.top
  for (const { at, index } of order) {
    places[index] = Math.max(at, lowest)
    lowest = (places[index] ?? 0) + LABEL_HEIGHT
  }
  return places
}

function rule(fromX: number, fromY: number, toX: number, toY: number): string {
  return `<path d="M${place(fromX)} ${place(fromY)}L${place(toX)} ${place(toY)}" stroke="currentColor" stroke-opacity="0.15"/>`
}

function text(x: number, y: number, words: string, more = ''): string {
  return `<text x="${place(x)}" y="${place(y)}" fill="currentColor" ${more}>${escaped(words)}</text>`
}

const place = (value: number): string => String(Math.round(value * 10) / 10)
const written = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 6 })
const escaped = (words: string): string => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
