import type { z } from 'zod'

/**
 * How much a finding weighs. `unsafe`: calls might do what they must not, or nobody can say what they do, so nothing is
 * served. `warning`: every call is safe, but slow, or something in the files is of no use; it is served, told at every
 * start, and fails the check. What could be either is unsafe.
 */
export type Severity = 'unsafe' | 'warning'

interface Rule {
  severity: Severity
  /** What must hold. */
  says: string
}

const unsafe = (says: string): Rule => ({ severity: 'unsafe', says })
const warning = (says: string): Rule => ({ severity: 'warning', says })

/**
 * What must hold, by the code that a finding names, with what a finding of it does. The first five are about single files
 * and their names for each other; the others are proved of calls (`src/proof`). docs/flows.md explains each under its
 * code; a test compares.
 */
export const rules = {
  yaml: unsafe('Every file is YAML that can be read: no syntax error, no key twice, no bomb, not too large.'),
  field: unsafe('Every field is known, is there when it must be, and has the right form.'),
  name: unsafe('Every name leads to one thing: steps, flows, brands, topics, keys, numbers.'),
  prompt: unsafe('Every prompt that may be spoken is there in every language, with its variables.'),
  recording: unsafe('A recording says word for word what its prompt says today.'),
  level: unsafe(
    'Nobody comes to a queue, number or right of level n unless they proved level n for the account named last.',
  ),
  secret: unsafe('What may be a secret goes to the verifier alone: nothing else shows it, saves it or depends on it.'),
  change: unsafe(
    'A secret is changed only by its holder: it, or a code for its first use, was right in this call, and nobody else has been in it. A letter with a new one is ordered for the account named last alone.',
  ),
  account: unsafe('Nothing of an account is spoken before it is proved.'),
  alike: unsafe('A number that somebody has and one that nobody has give the same call, to the last try.'),
  input: unsafe('Wherever the call waits, keys, wrong keys and silence have a way on.'),
  loop: unsafe('No call can go round for ever.'),
  tries: unsafe(
    'No call has more PIN tries, number entries or orders of a letter than the policy allows, whatever is keyed, no secret is checked that its line was not admitted with, and none after the last that a call was given.',
  ),
  return: unsafe('A caller that an agent sent to the PIN check comes back to this agent, whatever came of it.'),
  size: unsafe('No flow has more different calls than can be tried.'),
  break: unsafe('No call breaks: whatever callers do and the world answers, the flow has an answer.'),
  untried: unsafe('Every exit of a step type of your own is tried, and so is every step behind it.'),
  step: warning('Every step can be reached.'),
  exit: warning('Every exit that can be left out is taken by some call.'),
  hours: warning('Nobody comes to a queue or number for the first time before an hours step has found it open.'),
  wait: warning('Every wait in a queue has an end: by the brand, and with a way on in the flow.'),
  read: warning('Agents read nothing of an account out on a number alone: what a right named read_… opens is proved.'),
  topic: warning('Every topic leads to its queue, at the level that it needs.'),
  language: warning('Callers can come to every language of their brand.'),
  budget: warning('Callers get through in time, and no prompt is longer than people listen.'),
} satisfies Record<string, Rule>

export type RuleCode = keyof typeof rules

/** One thing wrong in a flow, brand or prompt file: which rule, where, what, and what to do about it. */
export interface Finding {
  code: RuleCode
  file: string
  line: number
  column: number
  message: string
  /** The line of the file with a mark under the place, as two lines of text: where a sentence alone does not show it. */
  excerpt?: string
}

/** Whether nothing may be served with it. */
export function isUnsafe({ code }: Pick<Finding, 'code'>): boolean {
  return rules[code].severity === 'unsafe'
}

/** Flows, brands or prompts that may not be served. */
export class FlowError extends Error {
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    super(findings.map(textOf).join('\n'))
    this.name = 'FlowError'
    this.findings = findings
  }
}

/** A finding as one line: `file:line:column [code] message`. */
export function lineOf({ file, line, column, code, message }: Finding): string {
  return `${file}:${line}:${column} [${code}] ${message}`
}

/** The same, with the place in the file where the finding shows it. */
export function textOf(finding: Finding): string {
  return finding.excerpt === undefined ? lineOf(finding) : `${lineOf(finding)}\n${finding.excerpt}`
}

/** Says a schema's complaint in a sentence that names the remedy. `written` is the value as the file has it. */
export function explain(issue: z.core.$ZodIssue, found: unknown, written: string): string {
  const field = issue.path.length > 0 ? `'${issue.path.map(String).join('.')}'` : 'this file'
  switch (issue.code) {
    case 'unrecognized_keys':
      return `there is no field '${issue.keys[0]}' here; remove it or correct its spelling`
    case 'invalid_type':
      if (found === undefined) return `${field} is missing; add it`
      // YAML reads 0123, +49…, Null and yes as numbers and the like; what the author wrote is lost but in `written`.
      if (issue.expected === 'string' && written !== '') return `${field} must be text: put it in quotes, "${written}"`
      return `${field} must be ${issue.expected === 'record' ? 'a mapping' : `of type ${issue.expected}`}`
    case 'invalid_value':
      return `${field} must be one of: ${issue.values.map(String).join(', ')}`
    case 'invalid_union':
      return `${field} must be one of: ${issue.errors
        .flat()
        .flatMap((inner) => (inner.code === 'invalid_value' ? inner.values.map(String) : []))
        .join(', ')}`
    default:
      return `${field}: ${issue.message}`
  }
}
