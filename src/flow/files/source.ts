/** YAML with places: what is wrong is told with file, line and column. */
import { type Document, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { explain, type Finding, FlowError, type RuleCode } from './finding.ts'
import { errorsOf, excerptOf, unknownAlias } from './yaml-error.ts'

/** No flow that people write comes near this; beyond it a file is refused unread. */
const LARGEST_FILE = 1_000_000
/** Aliases expand; more than this is a bomb and not a flow. */
const MOST_ALIASES = 50

/** So many findings of one file are enough to begin with; each is looked up in the file. */
const MOST_FINDINGS = 100

type Path = readonly PropertyKey[]

/** A parsed file: its data, and a way from a field back to its place. */
export interface Source {
  file: string
  data: unknown
  /** A finding at the field, or at the nearest field around it. */
  finding(code: RuleCode, path: Path, message: string): Finding
  /** The same, at the field's name rather than its value. */
  findingAtKey(code: RuleCode, path: Path, message: string): Finding
  /** A single value as the file has it, before YAML made a number or the like of it; empty if it is none. */
  written(path: Path): string
}

/** Reads YAML. Throws `FlowError` on syntax errors, duplicate keys, alias bombs and files that are too large. */
export function readSource(text: string, file: string): Source {
  if (text.length > LARGEST_FILE) {
    throw new FlowError([
      {
        code: 'yaml',
        file,
        line: 1,
        column: 1,
        message: `the file has more than ${LARGEST_FILE} characters; split it`,
      },
    ])
  }
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    prettyErrors: false,
    logLevel: 'error',
  })
  const at = (code: RuleCode, offset: number, message: string): Finding => {
    const { line, col } = lines.linePos(offset)
    return { code, file, line, column: col, message }
  }
  const shown = ({ offset, message }: { offset: number; message: string }): Finding => {
    const finding = at('yaml', offset, message)
    return { ...finding, excerpt: excerptOf(text, finding.line, finding.column) }
  }
  if (document.errors.length > 0) throw new FlowError(errorsOf(document).slice(0, MOST_FINDINGS).map(shown))
  let data: unknown
  try {
    data = document.toJS({ maxAliasCount: MOST_ALIASES })
  } catch (refusal) {
    const unknown = unknownAlias(document, refusal)
    if (unknown) throw new FlowError([shown(unknown)])
    throw new FlowError([at('yaml', 0, `the file uses more than ${MOST_ALIASES} aliases; write the values out`)])
  }
  return {
    file,
    data,
    finding: (code, path, message) => at(code, offsetOf(document, path), message),
    findingAtKey: (code, path, message) => at(code, keyOffsetOf(document, path) ?? offsetOf(document, path), message),
    written: (path) => {
      const node = document.getIn(path, true)
      return isScalar(node) ? (node.source ?? '') : ''
    },
  }
}

/** The file's data by its schema. Throws `FlowError` with one finding for each complaint. */
export function parseBy<Schema extends z.ZodType>(
  schema: Schema,
  source: Source,
  data = source.data,
  under: Path = [],
): z.infer<Schema> {
  const result = schema.safeParse(data)
  if (result.success) return result.data
  throw new FlowError(
    result.error.issues
      .slice(0, MOST_FINDINGS)
      .flatMap(innermost)
      .map((issue) => {
        const path = [...under, ...issue.path]
        const message = explain(issue, valueAt(data, issue.path), source.written(path))
        return issue.code === 'unrecognized_keys'
          ? source.findingAtKey('field', [...path, issue.keys[0] ?? ''], message)
          : source.finding('field', path, message)
      }),
  )
}

/** Of a choice between forms: what is wrong within the form that the author meant. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const isRoot = ({ path, code }: z.core.$ZodIssue): boolean =>
    path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')
  const meant = issue.errors.filter((errors) => !errors.every(isRoot))
  const [errors, ...others] = meant
  if (errors !== undefined && others.length === 0) {
    return errors.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }))
  }
  const text = issue.errors.flat().find((inner) => inner.code === 'invalid_type' && inner.expected === 'string')
  return [text ? { ...text, path: issue.path } : issue]
}

/** Collects the findings of many checks, so that an author sees all of them at once. */
export function collectFindings(checks: (() => void)[]): Finding[] {
  return checks.flatMap((check) => {
    try {
      check()
      return []
    } catch (error) {
      if (error instanceof FlowError) return [...error.findings]
      throw error
    }
  })
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], data)
}

function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function keyOffsetOf(document: Document, path: Path): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const items = (parent as { items?: { key?: unknown }[] } | undefined)?.items ?? []
  const key = items.map((item) => item.key).find((key) => isScalar(key) && String(key.value) === String(path.at(-1)))
  return isScalar(key) ? key.range?.[0] : undefined
}
