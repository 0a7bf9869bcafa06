/** Reads `.env`, the environment and the files that it names into the rows of `settings.ts`. No message repeats a value: it may be a secret. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnvFile } from './env-file.ts'
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

/**
 * Each right by itself; what is wrong only together is for who asks to add.
 * @throws ConfigError
 */
export function readSettings(environment: Environment): { set: Settings; problems: string[] } {
  const problems: string[] = []
  const read = settings.safeParse(withFiles(environment, problems))
  if (!read.success) throw new ConfigError([...problems, ...new Set(read.error.issues.map((issue) => issue.message))])
  return { set: read.data, problems }
}

/** Trims, drops what is empty, and reads `NAME_FILE` into `NAME` (mounted secrets end with a line feed). */
function withFiles(environment: Environment, problems: string[]): Record<string, string> {
  const given: Record<string, string> = {}
  for (const name of Object.keys(settings.shape)) {
    const value = environment[name]?.trim()
    if (value) given[name] = value
  }
  for (const name of Object.keys(settings.shape)) {
    const file = given[`${name}_FILE`]
    if (file === undefined) continue
    if (given[name] !== undefined) {
      problems.push(`${name} and ${name}_FILE are both set: keep one of them.`)
      continue
    }
    try {
      given[name] = readFileSync(file, 'utf8').trim()
    } catch (error) {
      problems.push(
        `${name}_FILE names a file that cannot be read (${codeOf(error) ?? 'reason unknown'}): check its path and its rights.`,
      )
    }
  }
  return given
}

function readDotEnv(file: string): Environment {
  let content: Buffer
  try {
    content = readFileSync(file)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return {}
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
