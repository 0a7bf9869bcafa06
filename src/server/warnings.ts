import { type Finding, textOf } from '../flow/files/finding.ts'
import { type Paint, unpainted } from '../log/paint.ts'

/** What a start prints of findings that it may serve with: one block, to be read by people. Empty when there are none. */
export function warningsBlock(warnings: readonly Finding[], paint: Paint = unpainted): string {
  if (warnings.length === 0) return ''
  const many = warnings.length === 1 ? '1 finding' : `${warnings.length} findings`
  return [
    '',
    paint(
      'doubtful',
      `WARNING: these flows are served with ${many}. Every call is safe, but slow or in vain somewhere:`,
    ),
    ...warnings.map((finding) => `  ${textOf(finding)}`),
    'Correct them before callers meet them. What each means and what to do: npx rufpass flows check',
    '',
    '',
  ].join('\n')
}

/** The same for the log: the codes of the rules, each once. */
export function codesOf(warnings: readonly Finding[]): string {
  return [...new Set(warnings.map(({ code }) => code))].join(', ')
}
