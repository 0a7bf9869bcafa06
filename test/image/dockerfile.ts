/** Carries out a Dockerfile in folders of this machine: each stage is one, and what it calls `/` is that folder. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** What the last stage has come to. */
export interface Image {
  /** What `/` is. */
  root: string
  /** What its processes run in: working directory and environment. */
  cwd: string
  env: Record<string, string>
  cmd: string[]
  /** The command that tells whether it works; empty: none. */
  healthcheck: string[]
}

/** Folders of ours that commands name; all others are those of this machine. */
const OURS = /(?<![\w./-])\/(app|usr\/local\/bin)(?![\w-])/g

/** @param context the folder with `Dockerfile` and `.dockerignore`. @param home where the stages' folders are made. */
export function createImage(context: string, home: string): Image {
  const stages = new Map<string, Image>()
  let image = newStage(home, 'none')
  for (const line of instructions(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
    const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/s.exec(line) ?? []
    switch (name) {
      case 'FROM': {
        const stage = / AS (\S+)$/.exec(rest)?.[1] ?? 'last'
        image = newStage(home, stage)
        stages.set(stage, image)
        break
      }
      case 'WORKDIR':
        image.cwd = join(image.root, rest)
        mkdirSync(image.cwd, { recursive: true })
        break
      case 'ENV': {
        const [key = '', value = ''] = rest.split('=', 2)
        image.env[key] = value
        break
      }
      case 'COPY':
        copy(rest, context, image, stages)
        break
      case 'RUN':
        run(rest.replace(OURS, `${image.root}/$1`), image)
        break
      case 'CMD':
        image.cmd = JSON.parse(rest)
        break
      case 'HEALTHCHECK':
        image.healthcheck = JSON.parse(rest.slice(rest.indexOf('CMD ') + 4))
        break
      case 'USER':
      case 'EXPOSE':
        break
      default:
        throw new Error(`'${name}' is not carried out here: teach it to this file.`)
    }
  }
  return image
}

function newStage(home: string, name: string): Image {
  const root = join(home, name)
  const [user, bin] = [join(root, 'home'), join(root, 'usr/local/bin')]
  for (const folder of [user, bin]) mkdirSync(folder, { recursive: true })
  // Nothing of this machine but its Node and npm, and where packages come from.
  const kept = Object.entries(process.env).filter(([key]) => /^npm_config_(registry|cafile|strict_ssl)$/i.test(key))
  const proxies = Object.entries(process.env).filter(([key]) =>
    /^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS)$/i.test(key),
  )
  const path = `${bin}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`
  const env = { ...Object.fromEntries([...kept, ...proxies]), HOME: user, PATH: path } as Record<string, string>
  return { root, cwd: root, env, cmd: [], healthcheck: [] }
}

/** Each a line, comments left out. */
function instructions(text: string): string[] {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
}

function copy(rest: string, context: string, image: Image, stages: ReadonlyMap<string, Image>): void {
  const words = rest.split(/\s+/)
  const stage = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined
  const to = words.pop() ?? ''
  const target = to.startsWith('/') ? join(image.root, to) : join(image.cwd, to)
  for (const word of words) {
    const from = stage === undefined ? join(context, word) : join(stages.get(stage)?.root ?? '', word)
    if (stage === undefined) refuseIgnored(context, word)
    const isInto = to.endsWith('/') && !statSync(from).isDirectory()
    const place = isInto ? join(target, basename(word)) : target
    mkdirSync(dirname(place), { recursive: true })
    cpSync(from, place, { recursive: true, verbatimSymlinks: true })
  }
}

/** `.dockerignore` shuts everything out and lets single things in again. */
function refuseIgnored(context: string, path: string): void {
  const lines = readFileSync(join(context, '.dockerignore'), 'utf8').split('\n')
  const isIn = lines.includes(`!${path}`)
  if (lines[0] !== '*' || !isIn) throw new Error(`.dockerignore keeps '${path}' out of what the image is made of.`)
}

function run(command: string, { cwd, env }: Image): void {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`RUN ${command}\nended with ${status}:\n${stdout}${stderr}`)
}
