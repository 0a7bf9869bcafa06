import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { ownStepTypes } from '../../src/flow/steps/index.ts'
import { memoryIn, type ProvedBefore } from '../../src/hotlines/proved-before.ts'

let home: string
const write = (path: string, text: string): void => {
  mkdirSync(join(home, path, '..'), { recursive: true })
  writeFileSync(join(home, path), text)
}
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'proved-'))
  write('dist/src/proof/check.js', 'the proof')
  write('flows/hotline.yaml', 'a flow')
  write('flows/brands/rheinnetz.yaml', 'a brand')
  write('flows/prompts/de.yaml', 'a prompt')
  write('node_modules/.package-lock.json', '{}')
})
afterEach(() => rmSync(home, { recursive: true }))

const here = (types = ownStepTypes, build = 'dist'): ProvedBefore =>
  memoryIn(join(home, build))({ flowsDir: join(home, 'flows'), types })

describe('that flows were proved', () => {
  it('is known after it was kept, and not before', () => {
    expect(here().isKnown()).toBe(false)
    here().keep()
    expect(here().isKnown()).toBe(true)
  })

  it.each([
    ['a flow', 'flows/hotline.yaml'],
    ['a brand', 'flows/brands/rheinnetz.yaml'],
    ['a new flow', 'flows/another.yaml'],
    ['the code', 'dist/src/proof/check.js'],
    ['new code', 'dist/src/flow/advance.js'],
    ['the packages', 'node_modules/.package-lock.json'],
  ])('is forgotten with any change of %s, and known again without it', (_what, path) => {
    here().keep()
    const before = here()
    write(path, 'changed')
    expect(here().isKnown()).toBe(false)
    before.keep()
    expect([before.isKnown(), here().isKnown()]).toEqual([false, false])
  })

  it('is neither known nor kept by code that another build has taken the place of', () => {
    const flows = { flowsDir: join(home, 'flows'), types: ownStepTypes }
    const old = memoryIn(join(home, 'dist'))
    old(flows).keep()
    write('dist/src/proof/check.js', 'a stricter proof')
    expect(old(flows).isKnown()).toBe(false)
    old(flows).keep()
    expect(here().isKnown()).toBe(false)
    here().keep()
    expect([here().isKnown(), old(flows).isKnown()]).toEqual([true, false])
  })

  it('is known where all of it was moved together', () => {
    here().keep()
    const moved = `${home}-moved`
    renameSync(home, moved)
    home = moved
    expect(here().isKnown()).toBe(true)
  })

  it('is of the files that are read, those behind links too, and of no others', () => {
    renameSync(join(home, 'flows/brands'), join(home, 'elsewhere'))
    symlinkSync(join(home, 'elsewhere'), join(home, 'flows/brands'))
    here().keep()
    for (const path of ['flows/drafts/another.yaml', 'flows/brands/.rheinnetz.yaml', 'flows/notes.txt'])
      write(path, 'new')
    expect(here().isKnown()).toBe(true)
    write('elsewhere/rheinnetz.yaml', 'another brand')
    expect(here().isKnown()).toBe(false)
  })

  it('is forgotten when text only moves from one file to the next', () => {
    here().keep()
    write('flows/brands/rheinnetz.yaml', 'a brand\n')
    write('flows/hotline.yaml', 'a flo')
    expect(here().isKnown()).toBe(false)
  })

  it('is never known with step types of an operator, from sources, or of packages that nothing tells of', () => {
    const own = Object.assign(Object.create(Object.getPrototypeOf(ownStepTypes)), ownStepTypes)
    here(own).keep()
    expect(here(own).isKnown()).toBe(false)
    mkdirSync(join(home, 'src'))
    here(ownStepTypes, 'src').keep()
    expect(here(ownStepTypes, 'src').isKnown()).toBe(false)
    rmSync(join(home, 'node_modules'), { recursive: true })
    here().keep()
    expect(here().isKnown()).toBe(false)
  })

  it('is kept of the last eight sets of flows', () => {
    for (let turn = 0; turn < 20; turn++) {
      write('flows/hotline.yaml', `flow ${turn}`)
      here().keep()
    }
    expect(readFileSync(join(home, 'dist/proved'), 'utf8').split('\n')).toHaveLength(8)
    write('flows/hotline.yaml', 'flow 12')
    expect(here().isKnown()).toBe(true)
    write('flows/hotline.yaml', 'flow 11')
    expect(here().isKnown()).toBe(false)
  })

  it('is nothing where nothing can be written', () => {
    mkdirSync(join(home, 'dist/proved'))
    here().keep()
    expect(here().isKnown()).toBe(false)
  })
})
