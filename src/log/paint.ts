/** Colour, on a terminal that has it. Pipes and files get the same text without. */
import { styleText } from 'node:util'

/** What a text is, not how it looks. */
export type Meaning = 'good' | 'bad' | 'doubtful' | 'place' | 'aside'

export type Paint = (meaning: Meaning, text: string) => string

const STYLES = { good: 'green', bad: 'red', doubtful: 'yellow', place: 'bold', aside: 'dim' } as const

export const unpainted: Paint = (_meaning, text) => text

/** Colours for a stream. Node looks whether it is a terminal, and at NO_COLOR and FORCE_COLOR. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (meaning, text) => styleText(STYLES[meaning], text, { stream, validateStream: true })
}
