/**
 * `node --import` this file, and child processes of tests run TypeScript as jest does. Lines stay where they are. What was
 * compiled is kept for the next process, which otherwise spends half of its work on the same again.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { register } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const KEPT = join(import.meta.dirname, '../../node_modules/.cache/rufpass-typescript')

if (isMainThread) register(import.meta.url)

const GLOBALS = new URL('../run/globals.mjs', import.meta.url).href

export function resolve(specifier, context, next) {
  return specifier === '@jest/globals' ? { url: GLOBALS, shortCircuit: true } : next(specifier, context)
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context)
  const file = fileURLToPath(url)
  const source = await readFile(file, 'utf8')
  return { format: 'module', source: await compiled(file, source), shortCircuit: true }
}

async function compiled(file, source) {
  const kept = join(KEPT, `${createHash('sha256').update(`${file}\n${source}`).digest('hex')}.js`)
  const before = await readFile(kept, 'utf8').catch(() => null)
  if (before !== null) return before
  const { transform } = await import('@swc/core')
  const { code } = await transform(source, {
    filename: file,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  })
  await mkdir(KEPT, { recursive: true })
  // A process that reads it meanwhile gets all of it or nothing.
  const unfinished = `${kept}.${process.pid}`
  await writeFile(unfinished, code)
  await rename(unfinished, kept)
  return code
}
