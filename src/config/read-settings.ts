/** Reads `.env`, the environment and the files that it names into the rows of `settings.ts`. No message repeats a value: it may be a secret. */
import { join } from 'node:path'
import { MOST_BYTES, NotWhole, readWhole } from '../seams/whole-file.ts'
import { NOT_UTF_8, parseEnvFile, textOf } from './env-file.ts'
import { codeOf } from './key-file.ts'
import { type Settings, settings } from './settings.ts'

/** Every problem of the settings at once, one sentence each that says what to set. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(['The settings cannot be used:', ...problems.map((problem) => `- ${problem}`)].join('\n'))
    this.problems = problems
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

export interface Sources {
  /** What a command line says, over everything else. */
  over?: Environment
  environment?: Environment
  /** Where `.env` may be; the current directory by default. */
  directory?: string
  /** Another app listens for us, nobody knows where: never a try-out. */
  mounted?: boolean
}

/** `.env`, the real environment over it, and what the command line says over both. */
export function environmentOf({
  over = {},
  environment = process.env,
  directory = process.cwd(),
}: Sources): Environment {
  return { ...readDotEnv(join(directory, '.env')), ...environment, ...over }
}

/** The `.env` that a setting comes from; null: it is not set, or not there. */
export function fileThatSets(
  name: keyof Settings,
  { environment = process.env, directory = process.cwd() }: Sources = {},
): string | null {
  const file = join(directory, '.env')
  return environment[name] === undefined && readDotEnv(file)[name]?.trim() ? file : null
}

/** What could be read, and what could not. */
export interface ReadPast {
  /** As if those that cannot be used were not set. */
  set: Settings
  /** A sentence for each fault. */
  problems: string[]
  /** Settings whose value cannot be used, by name. */
  refused: string[]
  /** Settings whose file cannot be read, or that have two values. */
  unread: string[]
}

/**
 * Each right by itself; what is wrong only together is for who asks to add.
 * @throws ConfigError
 */
export function readSettings(environment: Environment): Pick<ReadPast, 'set' | 'problems'> {
  const { set, problems, refused } = readPast(environment)
  if (refused.length > 0) throw new ConfigError(problems)
  return { set, problems }
}

/** The same, but goes on past what cannot be used. */
export function readPast(environment: Environment): ReadPast {
  const { given, problems, unread } = withFiles(environment)
  const read = settings.safeParse(given)
  if (read.success) return { set: read.data, problems, refused: [], unread }
  const refused = [...new Set(read.error.issues.map(({ path }) => String(path[0])))]
  problems.push(...new Set(read.error.issues.map((issue) => issue.message)))
  for (const name of refused) delete given[name]
  return { set: settings.parse(given), problems, refused, unread }
}

/** Trims, drops what is empty, and reads `NAME_FILE` into `NAME` (mounted secrets end with a line feed). */
function withFiles(
  environment: Environment,
): Pick<ReadPast, 'problems' | 'unread'> & { given: Record<string, string> } {
  const given: Record<string, string> = {}
  const problems: string[] = []
  const unread: string[] = []
  const fails = (name: string, problem: string): void => {
    unread.push(name)
    problems.push(problem)
  }
  for (const name of Object.keys(settings.shape)) {
    const value = environment[name]?.trim()
    if (value) given[name] = value
  }
  for (const name of Object.keys(settings.shape)) {
    const file = given[`${name}_FILE`]
    if (file === undefined) continue
    if (given[name] !== undefined) {
      fails(name, `${name} and ${name}_FILE are both set: keep one of them.`)
      continue
    }
    try {
      given[name] = textOf(readWhole(file, MOST_BYTES.settings)).trim()
    } catch (error) {
      const code = codeOf(error)
      fails(
        name,
        error instanceof NotWhole
          ? `${name}_FILE names what ${error.message}.`
          : code === NOT_UTF_8
            ? `${name}_FILE names a file that is not in UTF-8: save it as UTF-8 text.`
            : `${name}_FILE names a file that cannot be read (${code ?? 'reason unknown'}): check its path and its rights.`,
      )
    }
  }
  return { given, problems, unread }
}

export function readDotEnv(file: string): Environment {
  let content: Buffer
  try {
    content = readWhole(file, MOST_BYTES.settings)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return {}
    if (error instanceof NotWhole) throw new ConfigError([`${file} ${error.message}.`])
    throw new ConfigError([
      `${file} cannot be read (${codeOf(error) ?? 'reason unknown'}): check its rights, or remove it.`,
    ])
  }
  try {
    return parseEnvFile(content)
  } catch {
    throw new ConfigError([`${file} is not in UTF-8: save it as UTF-8 text.`])
  }
}
