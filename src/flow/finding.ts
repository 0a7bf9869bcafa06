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

/** Says a schema's complaint in a sentence that names the remedy. */
export function explain(issue: z.core.$ZodIssue, found: unknown): string {
  const field = issue.path.length > 0 ? `'${issue.path.map(String).join('.')}'` : 'this file'
  switch (issue.code) {
    case 'unrecognized_keys':
      return `there is no field '${issue.keys[0]}' here; remove it or correct its spelling`
    case 'invalid_type':
      if (issue.expected === 'string' && typeof found === 'number')
        return `${field} must be text: put ${String(found)} in quotes`
      if (found === undefined) return `${field} is missing; add it`
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
