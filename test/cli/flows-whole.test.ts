/** `rufpass flows check --watch`, `rufpass flows break` and a start with a warning: whole processes, which take long. */
import { cpSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { leaveBrand } from '../flow/one-brand.ts'
import { flowsDir } from '../flow/shipped.ts'
import { commandsOfOneProcess, startRufpass } from '../support/command.ts'
import { freePort } from '../support/free-port.ts'
import { smallFolders } from './small-folders.ts'

const rufpass = commandsOfOneProcess()
const folder = smallFolders()

describe('rufpass flows check --watch', () => {
  it('checks again whenever a file is saved', async () => {
    const child = startRufpass(['flows', 'check', '--watch', folder.dir])
    let out = ''
    child.stdout?.on('data', (piece) => {
      out += piece
    })
    const until = async (wanted: RegExp, save = (): void => {}): Promise<void> => {
      for (save(); !wanted.test(out); save()) await new Promise((resolve) => setTimeout(resolve, 200))
    }
    try {
      await until(/nothing to correct/)
      const text = readFileSync(folder.flow, 'utf8')
      // The watch begins some time after the first check; saved often enough, the mistake is seen.
      await until(/\[level\]/, () => folder.break())
      await until(/\[level\][\s\S]*nothing to correct/, () => writeFileSync(folder.flow, text))
    } finally {
      child.kill()
    }
  })
})

describe('rufpass flows break', () => {
  it('makes a mistake in a copy, finds it, and plays the call on the real server', async () => {
    rmSync(folder.dir, { recursive: true })
    cpSync(flowsDir, folder.dir, { recursive: true })
    leaveBrand(folder.dir, 'rheinnetz')
    const before = readFileSync(folder.flow, 'utf8')
    // A link of the folder's is none of the copy's: nothing is written through it.
    renameSync(folder.flow, join(folder.dir, 'hotline'))
    symlinkSync(join(folder.dir, 'hotline'), folder.flow)
    const { code, out, err } = await rufpass(['flows', 'break', folder.dir])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('  - no_pin: no_pin\n  + no_pin: queue_verified')
    expect(out).toContain('[level] a caller with a keyed number alone comes to')
    expect(out).toContain('=>  queue rheinnetz.general')
    expect(out).toContain('the server does not start')
    expect(readFileSync(folder.flow, 'utf8')).toBe(before)
  })

  it('takes another edge, and says what is wrong with one that is not there', async () => {
    const loop = await rufpass(['flows', 'break', '--edge', 'menu.no_match', '--to', 'welcome', folder.dir])
    expect(loop.out).toContain('[loop]')
    const none = await rufpass(['flows', 'break', '--edge', 'menu.nothing', '--to', 'welcome', folder.dir])
    expect(none.code).toBe(1)
    expect(none.err).toContain("Step 'menu' has no exit 'nothing'")
    expect(none.err).not.toMatch(/\n\s+at /)
  })
})

describe('a server', () => {
  it('starts with a warning and says so, in the log and for people, and the check fails', async () => {
    writeFileSync(folder.flow, `${readFileSync(folder.flow, 'utf8')}  farewell: { type: hang_up, prompt: bye }\n`)
    const checked = await rufpass(['flows', 'check', folder.dir])
    expect(checked).toMatchObject({ code: 1, err: '' })
    expect(checked.out).toMatch(/ \[step\]\n {2}No call comes to 'farewell'\.\n.*\n {2}Warning: calls are safe/)
    expect(checked.out).toMatch(/1 finding in .*, none of them unsafe: a server starts, and says so\./)

    const settings = { DATABASE_URL: 'memory:', FLOWS_DIR: folder.dir, DEMO: 'off', PORT: String(await freePort()) }
    const child = startRufpass(['start'], settings)
    let [out, err] = ['', '']
    child.stdout?.on('data', (piece) => {
      out += piece
    })
    const warned = new Promise<void>((resolve) => {
      child.stderr?.on('data', (piece) => {
        err += piece
        if (err.endsWith('npx rufpass flows check\n\n')) resolve()
      })
      child.on('close', () => resolve())
    })
    await warned
    child.kill('SIGTERM')
    expect(out).toContain('Stop with Ctrl+C.')
    expect(out).toMatch(/"level":"warn".*"reason":"step","count":1.*rufpass flows check|"count":1.*"reason":"step"/)
    expect(err).toMatch(
      /^\nWARNING: these flows are served with 1 finding\. .*\n {2}\S+hotline\.yaml:\d+:3 \[step\] no call comes to 'farewell'; .*\nCorrect /,
    )
  })
})
