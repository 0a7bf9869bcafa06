#!/usr/bin/env node
/**
 * Builds `dist` from `src`: `npm ci` runs it, `npm start` does, and `npm run build` after it has checked the types. With
 * `--prove` a new build also proves the flows, so that no start need do that; what is wrong with them, a start will say. A build
 * that is as new as the sources is left as it is. Any other is made whole in a folder beside, and takes the place of the
 * old one by a change of names: nobody finds half of a build, whatever else starts, builds or is killed meanwhile.
 */
import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
/** In a build: the hash of what it was made from. Written before the build is put in place. */
const STAMP = 'made-from'
/** A folder that a killed build has left is removed by a later one, after this time (milliseconds). */
const LEFT_AFTER_MS = 3_600_000

/**
 * Builds if need be, and says whether it was. Where there are no sources, as in an image, what is there is all there is.
 * `first` is done before a build alone, and may throw against it. Throws when the sources cannot be built; the build that was
 * there is then still there.
 */
export async function build(first = async () => {}) {
  if (!existsSync(join(root, 'src'))) return false
  const hash = hashOfSources()
  if (stampOf(dist) === hash) return false
  await first()
  const began = performance.now()
  console.log('Building: these sources have no build yet.')
  removeLeftovers()
  const made = `${dist}.${randomUUID()}`
  try {
    await Promise.all([
      run('@typescript/native/bin/tsc', '-p', 'src/tsconfig.json', '--noCheck', '--outDir', made),
      run('vite/bin/vite.js', 'build', 'src/page', '--outDir', join(made, 'pages')),
    ])
    chmodSync(join(made, 'src/cli/rufpass.js'), 0o755)
    const { keepNewCluster } = await import(pathToFileURL(join(made, 'src/store/new-cluster.js')))
    await keepNewCluster(made)
    writeFileSync(join(made, STAMP), hash)
    putInPlace(made, hash)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
  console.log(`Built in ${((performance.now() - began) / 1000).toFixed(1)} s.`)
  return true
}

/** Another build of the same sources may have come first: then it stays, for somebody may be loading it. */
function putInPlace(made, hash) {
  while (stampOf(dist) !== hash) {
    const old = `${dist}.${randomUUID()}`
    unless(['ENOENT'], () => renameSync(dist, old))
    unless(['ENOTEMPTY', 'EEXIST'], () => renameSync(made, dist))
    rmSync(old, { recursive: true, force: true })
  }
}

function unless(codes, act) {
  try {
    act()
  } catch (error) {
    if (!codes.includes(error.code)) throw error
  }
}

function stampOf(folder) {
  const file = join(folder, STAMP)
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

/** Of all that a build is made from: the sources, and the versions of what builds them. */
function hashOfSources() {
  const inside = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  const given = ['package.json', 'package-lock.json', 'tsconfig.json'].map((name) => join(root, name))
  const hash = createHash('sha256')
  for (const file of [...inside, ...given, fileURLToPath(import.meta.url)].sort()) {
    const content = existsSync(file) ? readFileSync(file) : ''
    hash.update(`${file.slice(root.length)} ${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

function removeLeftovers() {
  for (const name of readdirSync(root)) {
    const folder = join(root, name)
    if (!/^dist\.[0-9a-f-]{36}$/.test(name)) continue
    if (Date.now() - statSync(folder).mtimeMs > LEFT_AFTER_MS) rmSync(folder, { recursive: true, force: true })
  }
}

function run(script, ...args) {
  const file = join(root, 'node_modules', script)
  if (!existsSync(file)) throw new Error('The packages that build Rufpass are not here: run npm ci first.')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${script} could not build Rufpass; what is wrong stands above.`)),
    )
  })
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const isNew = await build()
    if (isNew && process.argv.includes('--prove')) {
      spawn(process.execPath, [join(dist, 'src/cli/rufpass.js'), 'flows', 'check'], { cwd: root, stdio: 'ignore' })
    }
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
