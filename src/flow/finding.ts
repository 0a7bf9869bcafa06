import type { z } from 'zod'

/** One thing wrong in a flow, brand or prompt file: where, what, and what to do about it. */
export interface Finding {
  file: string
  line: number
  column: number
  message: string
}

/** Flows, brands or prompts that may not be served. */
export class FlowError extends Error {
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    super(findings.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join('\n'))
    this.name = 'FlowError'
    this.findings = findings
  }
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
