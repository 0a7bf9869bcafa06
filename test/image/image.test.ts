/**
 * The image cannot be built where images cannot be fetched. Here its Dockerfile is carried out in folders, line by line as
 * it stands there, so that the two cannot come to differ; then it is used as its operators use it.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { packageVersion } from '../../src/config/package-root.ts'
import { freePort } from '../support/free-port.ts'
import { createImage, type Image } from './dockerfile.ts'

const BETWEEN_LOOKS_MS = 500

const home = mkdtempSync(join(tmpdir(), 'rufpass-image-'))
let image: Image
beforeAll(() => {
  image = createImage(join(import.meta.dirname, '../..'), home)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

function there(command: string, args: string[], env: Record<string, string> = {}, cwd = image.cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { ...image.env, ...env },
    encoding: 'utf8',
  })
  return { status, out: stdout.trim(), err: stderr }
}

it('holds what runs, and nothing that builds', () => {
  const has = (path: string): boolean => existsSync(join(image.cwd, path))
  expect(
    ['dist/src/main.js', 'dist/proved', 'dist/pages', 'flows', 'node_modules/express'].filter((path) => !has(path)),
  ).toEqual([])
  expect(['src', 'dist/test', 'node_modules/vite', 'node_modules/@typescript/native'].filter(has)).toEqual([])
})

it('has the command on its PATH, and for npx', () => {
  expect(there('rufpass', ['--version'])).toMatchObject({ status: 0, out: packageVersion() })
  expect(there('npx', ['rufpass', '--version'])).toMatchObject({ status: 0, out: packageVersion() })
})

it('starts by its own command, and is well by its own word', async () => {
  // Not in production, where it would want a Postgres and a Redis.
  const env = { NODE_ENV: 'development', PORT: String(await freePort()), DATABASE_URL: 'memory:' }
  const [command = '', ...args] = image.cmd
  const server = spawn(command, args, { cwd: image.cwd, env: { ...image.env, ...env }, stdio: 'ignore' })
  const ended = new Promise((resolve) => server.on('exit', resolve))
  const [check = '', ...how] = image.healthcheck
  while (server.exitCode === null && there(check, how, env).status !== 0) await wait(BETWEEN_LOOKS_MS)
  server.kill('SIGTERM')
  expect(await ended).toBe(0)
})

it('makes a folder that installs, although no registry has Rufpass', () => {
  const folder = join(home, 'our-hotline')
  expect(there('rufpass', ['init', folder])).toMatchObject({ status: 0, err: '' })
  expect(there('npm', ['install', '--no-audit', '--no-fund'], {}, folder)).toMatchObject({ status: 0 })
  expect(there('npx', ['rufpass', 'flows', 'check'], { NODE_ENV: 'development' }, folder)).toMatchObject({
    status: 0,
    // A project has step types of its own, and a check says that it runs them.
    err: expect.stringMatching(/^Runs the code of .*steps\.mjs, as STEP_TYPES of .*\.env says\.\n$/),
  })
})
