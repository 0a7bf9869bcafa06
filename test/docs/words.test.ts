/** Plain, modern English everywhere: code, comments, messages, names of tests and pages. docs/tone.md says how. */
import { expect, it } from '@jest/globals'
import { projectFiles, textOf } from './page-text.ts'

/** People are *they*. */
const PRONOUNS = /\b(?:[Hh]e|[Hh]im|[Hh]is|[Hh]imself|[Ss]he|[Hh]ers?|[Hh]erself)\b/
/** Said today: "callers who", "the agent that", "again", "a caller who", "and most of them". */
const OLD =
  /\b(?:[Ww]hoever|[Ww]hom(?:ever)?|[Aa]new|[Tt]hereof|[Ee]re|of[\s*/#]+which|(?<!\b[Tt]he |\b[Nn]o )[Oo]ne[\s*/#]+who)\b/
const WORDS = new RegExp(`${PRONOUNS.source}|${OLD.source}`, 'g')

/** Files whose words are not ours to choose, or not English. */
const NOT_OURS: [path: RegExp, why: string][] = [
  [/^test\/docs\/words\.test\.ts$/, 'lists the words'],
  [/^LICENSE$/, 'the wording of the MIT licence'],
  [/^package-lock\.json$/, 'names of packages'],
  [/^flows\/prompts\/(?!en\.)|^src\/page\/languages\/(?!en\.)/, 'other languages'],
  [/^test\/twilio\/data\//, 'names that Twilio gives: he-IL'],
]

/** As `file:line: word`. */
function oldWordsIn(file: string): string[] {
  const text = textOf(file)
  // A picture or an archive.
  if (text.includes('\0')) return []
  return [...text.matchAll(WORDS)].map(
    ({ 0: word, index }) => `${file}:${text.slice(0, index).split('\n').length}: ${word}`,
  )
}

it('no file says it in old words, or calls anybody he or she', () => {
  const ours = projectFiles().filter((file) => !NOT_OURS.some(([path]) => path.test(file)))
  expect(ours.length).toBeGreaterThan(500)
  expect(ours.flatMap(oldWordsIn)).toEqual([])
})

it.each(NOT_OURS)('%s is still there to be left out: %s', (path) => {
  expect(projectFiles().some((file) => path.test(file))).toBe(true)
})
